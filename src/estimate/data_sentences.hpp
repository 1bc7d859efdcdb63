#pragma once

#include "exahca/estimate/setting.hpp"
#include "exahca/model/column_defects.hpp"
#include "exahca/model/column_hints.hpp"
#include "exahca/model/mixed_scales.hpp"
#include "exahca/numerics/matrix.hpp"

#include <algorithm>
#include <span>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace exahca {

/// Sentences, each once, in the order in which they came up.
class Sentences
{
public:
    void add(std::string text)
    {
        if (std::find(all_.begin(), all_.end(), text) == all_.end()) all_.push_back(std::move(text));
    }
    [[nodiscard]] std::vector<std::string> const& all() const { return all_; }

private:
    std::vector<std::string> all_;
};

/// Whether the setting's likelihood takes scores to be exact, so that it has no maximum where a domain's covariance is
/// singular.
[[nodiscard]] bool has_exact_scores(Setting const& setting);

[[nodiscard]] bool is_aware(Setting const& setting);

/// Benchmarks (columns) that vary, but hardly: a standard deviation below 1/200 of the median one of the others. Those
/// that do not vary at all have a defect of their own. \param scores  of one domain, NaN where missing
[[nodiscard]] std::vector<Index> hardly_varying(Matrix const& scores);

/// \param domain  where it hardly varies; empty: in all
[[nodiscard]] std::string hardly_text(std::string const& benchmark, std::string const& domain);

/// Whether the benchmark does not vary, so that no weights of others make it up.
[[nodiscard]] bool stands_still(ColumnDefect const& defect);

/// What comes of a defect that is no reason to refuse. \param sentence  that describes it
[[nodiscard]] std::string harm_text(ColumnDefect const& defect, std::string const& sentence, bool aware);

/// That domains have few models for the \p own parameters that each adds. \param domains  with their numbers of models
[[nodiscard]] std::string few_text(std::string_view estimator, int factors, Index own,
                                   std::vector<std::string> const& domains);

/// Base models in which a benchmark's scores are in another unit than in the others, it seems.
struct UnitText
{
    Index column = 0;
    std::string domain;
    std::string text;
};
[[nodiscard]] std::vector<UnitText> unit_texts(std::span<Domain const* const> domains,
                                               std::span<std::string const> benchmarks);

/// Whether benchmarks are on scales of different kinds, and what depends on that; empty when they are not.
[[nodiscard]] std::string scales_text(Setting const& setting, std::span<ScaleGroup const> groups,
                                      std::span<std::string const> benchmarks);

} // namespace exahca
