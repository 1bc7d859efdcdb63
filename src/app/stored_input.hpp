#pragma once

#include "command.hpp"
#include "exahca/model/kept_column.hpp"
#include "exahca/model/score_matrix.hpp"
#include "exahca/profile/stored_model.hpp"

#include <cstdint>
#include <string>
#include <vector>

namespace exahca {

/// Models of one domain of a setting, to be asked about.
struct AskedDomain
{
    std::size_t domain = 0; ///< of the setting
    std::vector<std::string> models;
    Matrix scores;            ///< models x benchmarks of the fit, NaN where missing
    std::vector<bool> fitted; ///< whether the fit used each
    std::vector<Index> rows;  ///< of each in the table that it stands in
};

/// Models of these names alone. \throws InvalidInput  when one is not there
void keep_models(std::vector<AskedDomain>& domains, std::vector<std::string> const& names);

/// Options `results`, --setting and --scores.
void add_fit_options(Command::Options& options);
/// These, --new and --model.
void add_stored_options(Command::Options& options);

/// A score file, or a table as `import` reads them.
[[nodiscard]] ScoreMatrix read_any_scores(std::string const& path);

/// The setting that --setting names, or the only one.
/// \param names  of those that have what is asked of them. \param what  that is: "fitted model"
/// \throws UsageError  when there are several and none is named, or another one is
[[nodiscard]] std::string chosen_setting(Command::Values const& values, std::string const& path,
                                         std::vector<std::string> const& names, char const* what);

/// The results file's model: that of --setting, or the only one.
/// \throws UsageError  when there are several and none is named; InvalidInput  when there is none
struct StoredInput
{
    explicit StoredInput(Command::Values const& values);

    /// The models that are asked about, in the order of the domains: those of the score file that was fitted or, with
    /// --new, of another one; with --model those of these names.
    /// \throws InvalidInput  when the score file is not the one that was fitted, or a model is not in it
    [[nodiscard]] std::vector<AskedDomain> asked(Command::Values const& values) const;
    /// The same whatever --model says.
    [[nodiscard]] std::vector<AskedDomain> tables(Command::Values const& values) const;
    /// The models that were fitted and those beside them, whatever --new and --model say.
    [[nodiscard]] std::vector<AskedDomain> fitted_tables(Command::Values const& values) const;
    /// Columns that the score file keeps beside the scores, one value per row of its table.
    [[nodiscard]] std::vector<KeptColumn> kept_columns(Command::Values const& values) const;
    /// All scores that the fit used, one matrix per domain.
    [[nodiscard]] std::vector<Matrix> fitted_scores(Command::Values const& values) const;

    std::string path;
    DataGroup results;
    StoredModel model;

private:
    [[nodiscard]] ScoreMatrix read_fitted(Command::Values const& values) const;
    [[nodiscard]] std::vector<AskedDomain> domains_of(ScoreMatrix const& matrix, bool fitted) const;
};

} // namespace exahca
