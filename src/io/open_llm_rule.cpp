#include "exahca/io/domain_source.hpp"
#include "io/missing_codes.hpp"

#include <array>
#include <cmath>
#include <fmt/format.h>
#include <regex>
#include <vector>

// The rule that jobs/base_model.py documents; a test compares the two.

namespace exahca {
namespace {

struct Spelling
{
    char const* family;
    char const* pattern;
};

// Families in the order in which they are looked for, the more specific first.
constexpr std::array<Spelling, 20> spellings{{
    {"llama-3.2", R"(llama[-_]?3\.2\.?)"},
    {"llama-3.1", R"(llama[-_]?3\.1\.?)"},
    {"llama-3", R"(llama[-_]?3(?!\.\d))"},
    {"llama-2", R"(llama[-_]?2)"},
    {"llama-1", R"(llama[-_]?1)"},
    {"mistral", "mistral"},
    {"mixtral", "mixtral"},
    {"gemma-2", R"(gemma[-_]?2)"},
    {"gemma-1", "gemma"},
    {"qwen2.5", R"(qwen[-_]?2\.5)"},
    {"qwen2", R"(qwen[-_]?2(?!\.\d))"},
    {"qwen1", "qwen"},
    {"yi-1.5", R"(yi[-_]?1\.5)"},
    {"yi-1", R"(yi[-_]?1)"},
    {"phi-3", R"(phi[-_]?3(?:\.5)?)"},
    {"phi-2", R"(phi[-_]?2)"},
    {"phi-1.5", R"(phi[-_]?1\.5)"},
    {"phi-1", R"(phi[-_]?1)"},
    {"falcon", "falcon"},
    {"mpt", "mpt"},
}};

struct Family
{
    std::string name;
    std::regex pattern;
};

/// A family directly followed by a size.
std::vector<Family> const& families_with_size()
{
    static auto const families = [] {
        std::vector<Family> all{{"mixtral", std::regex("mixtral[-_]?(8x7)b")}};
        for (auto const& [family, pattern] : spellings)
            all.push_back({family, std::regex(std::string(pattern) + R"([-_]?(\d+(?:\.\d+)?)b)")});
        return all;
    }();
    return families;
}

/// Families that are named anywhere. The bare words that are in the names of other families' merges are not among them.
std::vector<Family> const& families_anywhere()
{
    static auto const families = [] {
        std::vector<Family> all;
        for (auto const& [family, pattern] : spellings) {
            std::string_view const name = family;
            if (name == "mistral" || name == "gemma-2" || name == "gemma-1" || name == "qwen1" || name == "falcon" ||
                name == "mpt")
                continue;
            all.push_back({family, std::regex(std::string(pattern) + (name == "qwen2" ? R"((?!\d))" : ""))});
        }
        for (auto const* word : {"deepseek", "stablelm", "bloom"}) all.push_back({word, std::regex(word)});
        return all;
    }();
    return families;
}

using Match = std::match_results<std::string_view::const_iterator>;

bool search(std::string_view text, Match& match, std::regex const& pattern)
{
    return std::regex_search(text.begin(), text.end(), match, pattern);
}

std::string named_together(std::string_view text, double params_b)
{
    Match match;
    for (auto const& [family, pattern] : families_with_size()) {
        if (!search(text, match, pattern)) continue;
        // The study's domain mistral-7b holds models of that very size only, no stacks of two.
        if (family == "mistral" && match[1].str() == "7" && params_b > 0 && !(params_b >= 7.0 && params_b <= 7.5))
            return {};
        return fmt::format("{}-{}b", family, match[1].str());
    }
    return {};
}

/// The first part that `pattern` describes and that no digit, x or point precedes: not the 7b of 2x7b.
std::string first_alone(std::string_view text, std::regex const& pattern)
{
    for (std::size_t i = 0; i < text.size(); ++i) {
        if (i > 0 && (std::string_view("0123456789x.").find(text[i - 1]) != std::string_view::npos)) continue;
        Match match;
        auto const rest = text.substr(i);
        if (std::regex_search(rest.begin(), rest.end(), match, pattern, std::regex_constants::match_continuous))
            return match[1].str();
    }
    return {};
}

/// Sizes that go by a rounder name.
std::string nominal_size(std::string_view family, double params_b)
{
    if (family == "phi-3" && params_b >= 3.7 && params_b <= 3.9) return "4";
    if (family == "phi-3" && params_b >= 13.9 && params_b <= 14.1) return "14";
    if (family == "mixtral" && params_b >= 46 && params_b <= 47) return "8x7";
    return {};
}

std::string named_apart(std::string_view text, double params_b)
{
    static std::regex const size_pattern(R"((\d+(?:\.\d+)?)b)"), mixture_pattern("(8x7)b");
    Match match;
    for (auto const& [family, pattern] : families_anywhere()) {
        if (!search(text, match, pattern)) continue;
        std::string size;
        if (family == "mixtral") size = first_alone(text, mixture_pattern);
        if (size.empty()) size = first_alone(text, size_pattern);
        if (size.empty()) size = nominal_size(family, params_b);
        if (size.empty() && params_b > 0) size = fmt::format("{:.0f}", std::trunc(params_b));
        return size.empty() ? std::string() : fmt::format("{}-{}b", family, size);
    }
    return {};
}

std::string by_architecture(std::string_view name, std::string_view architecture, double params_b)
{
    struct Size
    {
        std::string_view part;
        double low, high;
        char const* model;
    };
    constexpr std::array<Size, 9> sizes{{{"llama", 7.8, 8.3, "llama-3-8b"},
                                         {"llama", 6.7, 7.5, "llama-2-7b"},
                                         {"llama", 12.5, 13.5, "llama-2-13b"},
                                         {"mistral", 7.0, 7.5, "mistral-7b"},
                                         {"gemma2", 8.9, 9.5, "gemma-2-9b"},
                                         {"qwen2", 14.0, 15.0, "qwen2.5-14b"},
                                         {"qwen2", 7.4, 7.8, "qwen2-7b"},
                                         {"qwen2", 0.45, 0.55, "qwen2-0.5b"},
                                         {"qwen2", 1.4, 1.7, "qwen2-1.5b"}}};
    static std::regex const newer(R"(qwen[-_]?2\.5)");
    for (auto const& [part, low, high, model] : sizes) {
        if (architecture.find(part) == architecture.npos || params_b < low || params_b > high) continue;
        Match match;
        return std::string_view(model) == "qwen2-7b" && search(name, match, newer) ? "qwen2.5-7b" : model;
    }
    return {};
}

} // namespace

std::string open_llm_base_model(std::string_view name, std::string_view base_field, std::string_view architecture,
                                double params_b)
{
    constexpr std::size_t longest = 1000; // the matcher's depth grows with the text
    auto const small_name = io::small_letters(name.substr(0, longest)),
               small_field = io::small_letters(base_field.substr(0, longest)),
               small_architecture = io::small_letters(architecture.substr(0, longest));
    if (auto found = named_together(small_name, params_b); !found.empty()) return found;
    if (auto found = named_together(small_field, params_b); !found.empty()) return found;
    if (auto found = named_apart(small_field, params_b); !found.empty()) return found;
    if (auto found = named_apart(small_name, params_b); !found.empty()) return found;
    return by_architecture(small_name, small_architecture, params_b);
}

} // namespace exahca
