#pragma once

#include "exahca/estimate/setting.hpp"
#include "exahca/model/noise_fit.hpp"

#include <span>
#include <string>
#include <string_view>
#include <vector>

namespace exahca {

/// "2=BBH": a benchmark that only the first two factors of the causal order move (Anchor).
struct NamedAnchor
{
    int levels = 1;
    std::string benchmark;

    auto operator<=>(NamedAnchor const&) const = default;
};

/// \throws UsageError  when the text is no number, '=' and name
[[nodiscard]] NamedAnchor parse_anchor(std::string_view text);

/// All anchors as a setting holds them, "1=IFEval; 2=BBH": sorted, each once.
/// \throws UsageError  when a benchmark has two, or a name has a semicolon
[[nodiscard]] std::string anchors_text(std::vector<NamedAnchor> anchors);
/// And back. \throws UsageError  as parse_anchor
[[nodiscard]] std::vector<NamedAnchor> parse_anchors(std::string_view text);

/// The setting's anchors by the numbers of their benchmarks.
/// \param benchmarks  names of all
/// \throws UsageError  when there is none of that name, or the factors after some level would move fewer benchmarks
///         than they are
[[nodiscard]] std::vector<Anchor> anchors_of(Setting const& setting, std::span<std::string const> benchmarks);

} // namespace exahca
