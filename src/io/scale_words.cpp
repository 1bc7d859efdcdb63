#include "io/scale_words.hpp"

#include "io/missing_codes.hpp"

#include <algorithm>
#include <array>

namespace exahca::io {
namespace {

/// Whether a word of a text, in small letters, is one that steps are called by.
bool is_step_word(std::string_view word)
{
    constexpr std::array<std::string_view, 28> beginnings{
        "agree",  "disagree", "satisf", "dissatisf",  "likely",   "unlikely", "often",
        "always", "never",    "rarely", "seldom",     "sometime", "frequen",  "excellent",
        "good",   "fair",     "poor",   "neutral",    "mild",     "moderate", "severe",
        "low",    "medium",   "high",   "proficient", "advanced", "basic",    "important"};
    return std::any_of(beginnings.begin(), beginnings.end(), [&](auto beginning) {
        return word.starts_with(beginning) && word.size() <= beginning.size() + 5; // satisfactory; no "lowland"
    });
}

bool has_step_word(std::string_view text)
{
    auto const small = small_letters(text);
    std::string_view rest = small;
    while (!rest.empty()) {
        auto const size = std::min(rest.find_first_of(" ,-_/()"), rest.size());
        if (is_step_word(rest.substr(0, size))) return true;
        rest.remove_prefix(std::min(size + 1, rest.size()));
    }
    return false;
}

/// One to five stars.
bool are_stars(std::string_view text)
{
    for (std::string_view const star : {"\u2605", "\u2606", "\u2b50"})
        while (text.starts_with(star)) text.remove_prefix(star.size());
    return text.empty();
}

bool is_grade(std::string_view text)
{
    return !text.empty() && text[0] >= 'A' && text[0] <= 'F' &&
           (text.size() == 1 || (text.size() == 2 && (text[1] == '+' || text[1] == '-')));
}

} // namespace

bool may_be_steps(std::span<std::string const> texts, std::string_view column)
{
    constexpr std::size_t fewest = 3;
    if (texts.size() < fewest) return false;
    auto const name = small_letters(column);
    bool const is_of_grades =
        name.find("grade") != name.npos || name.find("mark") != name.npos || name.find("letter") != name.npos;
    auto const known = static_cast<std::size_t>(std::count_if(texts.begin(), texts.end(), [&](auto const& text) {
        return has_step_word(text) || are_stars(text) || (is_of_grades && is_grade(text));
    }));
    bool const are_most = fewest * known >= (fewest - 1) * texts.size();
    return are_most || (known >= fewest && 2 * known >= texts.size()); // beside what says missing, and second headers
}

bool are_step_labels(std::span<std::string const> labels)
{
    return 2 * std::count_if(labels.begin(), labels.end(), [](auto const& label) { return has_step_word(label); }) >=
           std::ssize(labels);
}

} // namespace exahca::io
