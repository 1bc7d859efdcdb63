#include "exahca/estimate/anchors.hpp"

#include "exahca/core/close_names.hpp"
#include "exahca/core/error.hpp"
#include "exahca/core/listing.hpp"

#include <algorithm>
#include <charconv>
#include <fmt/format.h>
#include <fmt/ranges.h>

namespace exahca {
namespace {

constexpr std::string_view separator = "; ";

Index place_of(std::string const& name, std::span<std::string const> benchmarks)
{
    auto const found = std::find(benchmarks.begin(), benchmarks.end(), name);
    if (found != benchmarks.end()) return found - benchmarks.begin();
    std::vector<std::string> const known(benchmarks.begin(), benchmarks.end());
    auto const close = close_names(name, known);
    throw UsageError(fmt::format("--anchor: there is no benchmark \"{}\"", name), {},
                     close.empty() ? fmt::format("there are {}", listed(known))
                                   : fmt::format("perhaps {}", fmt::join(close, " or ")));
}

/// Quotes that a shell left where they stand within the word, as in '1="MATH Lvl 5"'.
std::string unquoted(std::string_view name)
{
    if (name.size() > 2 && (name.front() == '"' || name.front() == '\'') && name.back() == name.front())
        name = name.substr(1, name.size() - 2);
    return std::string(name);
}

/// Factors after a level have to move as many benchmarks as they are, or the loadings lose their rank.
void check_rank(std::span<Anchor const> anchors, int factors, Index benchmarks)
{
    for (Index level = 1; level < factors; ++level) {
        Index const held =
            std::count_if(anchors.begin(), anchors.end(), [&](auto const& anchor) { return anchor.levels <= level; });
        Index const left = benchmarks - held, later = factors - level;
        if (left >= later) continue;
        throw UsageError(fmt::format("--anchor: {} factors would move {} {} only", later, left,
                                     left == 1 ? "benchmark" : "benchmarks"),
                         fmt::format("{} of {} are moved by {} alone", held, benchmarks,
                                     level == 1 ? "the first factor" : fmt::format("the first {} factors", level)),
                         "tie fewer benchmarks, or ask for fewer --factors");
    }
}

} // namespace

NamedAnchor parse_anchor(std::string_view text)
{
    auto const equals = text.find('=');
    int levels = 0;
    auto const end = text.data() + std::min(equals, text.size());
    auto const [stop, error] = std::from_chars(text.data(), end, levels);
    if (equals == text.npos || error != std::errc{} || stop != end || levels < 1 || equals + 1 == text.size())
        throw UsageError(fmt::format("--anchor {} says nothing", text), {},
                         "give a number of factors and a benchmark: 1=IFEval says that the first factor alone moves "
                         "IFEval");
    return {levels, unquoted(text.substr(equals + 1))};
}

std::string anchors_text(std::vector<NamedAnchor> anchors)
{
    std::sort(anchors.begin(), anchors.end());
    anchors.erase(std::unique(anchors.begin(), anchors.end()), anchors.end());
    std::vector<std::string> parts, names;
    for (auto const& anchor : anchors) {
        if (anchor.benchmark.find(separator[0]) != std::string::npos)
            throw UsageError(fmt::format("--anchor: the name \"{}\" has a semicolon", anchor.benchmark), {},
                             "give the benchmark another name");
        if (std::find(names.begin(), names.end(), anchor.benchmark) != names.end())
            throw UsageError(fmt::format("--anchor: {} has two levels", anchor.benchmark), {}, "give one");
        names.push_back(anchor.benchmark);
        // Sorted and each once: equal sets of anchors have one text, and settings are compared by it.
        parts.push_back(fmt::format("{}={}", anchor.levels, anchor.benchmark));
    }
    return fmt::format("{}", fmt::join(parts, separator));
}

std::vector<NamedAnchor> parse_anchors(std::string_view text)
{
    std::vector<NamedAnchor> anchors;
    while (!text.empty()) {
        auto const end = std::min(text.find(separator), text.size());
        anchors.push_back(parse_anchor(text.substr(0, end)));
        text.remove_prefix(std::min(end + separator.size(), text.size()));
    }
    return anchors;
}

std::vector<Anchor> anchors_of(Setting const& setting, std::span<std::string const> benchmarks)
{
    std::vector<Anchor> anchors;
    for (auto const& [levels, benchmark] : parse_anchors(setting.anchors))
        anchors.push_back({place_of(benchmark, benchmarks), levels});
    check_rank(anchors, setting.factors, std::ssize(benchmarks));
    return anchors;
}

} // namespace exahca
