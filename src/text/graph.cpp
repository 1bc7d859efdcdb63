#include "exahca/text/graph.hpp"

#include "exahca/read/edges.hpp"
#include "exahca/read/settlement.hpp"
#include "exahca/text/text.hpp"

#include <cmath>
#include <fmt/format.h>
#include <iterator>

namespace exahca {
namespace {

using Out = std::back_insert_iterator<std::string>;

std::string_view standing(SettingSummary const& setting)
{
    if (!setting.bootstrap) return "no resamples";
    if (setting.settled) return "settled";
    return has_too_few_resamples(setting) ? "too few resamples" : "not settled";
}

/// A string of the DOT language; backslashes would start one of its escapes.
std::string dot_string(std::string_view text)
{
    std::string quoted = "\"";
    for (char const c : clean_text(text)) {
        if (c == '"' || c == '\\') quoted += '\\';
        if (c == '\n')
            quoted += "\\n";
        else
            quoted += c;
    }
    return quoted + '"';
}

void write_domain(Out out, SettingSummary const& setting, std::size_t s, std::size_t k)
{
    auto const& domain = setting.domains[k];
    fmt::format_to(out, "    subgraph cluster_{}_{} {{\n      label={};\n", s, k, dot_string(domain.name));
    for (std::size_t i = 0; i < setting.factors_found.size(); ++i)
        fmt::format_to(out, "      s{}_d{}_z{} [label={}];\n", s, k, i + 1,
                       dot_string(fmt::format("z{}\n{}", i + 1, factor_title(setting.factors_found[i]))));
    auto const edges = causal_edges(domain);
    double largest = 0;
    for (auto const& edge : edges) largest = std::max(largest, std::abs(edge.weight));
    for (auto const& edge : edges) {
        auto const interval = interval_text(edge.low, edge.high);
        auto const label = signed_number(edge.weight) + (interval.empty() ? "" : "\n" + interval);
        double const width = largest > 0 ? 0.5 + 3.5 * std::abs(edge.weight) / largest : 0.5;
        fmt::format_to(
            out, "      s{0}_d{1}_z{2} -> s{0}_d{1}_z{3} [label={4}, penwidth={5:.2f}, style={6}, color=\"{7}\"];\n", s,
            k, edge.cause + 1, edge.effect + 1, dot_string(label), width, edge.clear ? "solid" : "dashed",
            edge.weight < 0 ? "#D55E00" : "#0072B2");
    }
    fmt::format_to(out, "    }}\n");
}

} // namespace

std::string to_dot(Summary const& summary)
{
    std::string text;
    auto const out = std::back_inserter(text);
    fmt::format_to(
        out, "// Points of the effect per point of the cause. Dashed: the interval includes zero, or there is none.\n"
             "digraph exahca {{\n  node [shape=box, style=rounded, fontname=\"sans-serif\"];\n"
             "  edge [fontname=\"sans-serif\", fontsize=10];\n  fontname=\"sans-serif\";\n");
    for (std::size_t s = 0; s < summary.settings.size(); ++s) {
        auto const& setting = summary.settings[s];
        auto const title =
            setting.failure.empty() ? fmt::format("{}\n{}", setting.name, standing(setting)) : setting.name;
        fmt::format_to(out, "  subgraph cluster_{} {{\n    label={};\n", s, dot_string(title));
        if (!setting.failure.empty())
            fmt::format_to(out, "    s{}_failed [shape=note, label={}];\n", s,
                           dot_string("no estimate: " + setting.failure));
        for (std::size_t k = 0; k < setting.domains.size(); ++k) write_domain(out, setting, s, k);
        fmt::format_to(out, "  }}\n");
    }
    fmt::format_to(out, "}}\n");
    return text;
}

} // namespace exahca
