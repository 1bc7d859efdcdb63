#include "model/name_words.hpp"

#include <algorithm>

namespace exahca::detail {

bool contains_any(std::set<std::string> const& words, std::vector<std::string> const& telling)
{
    return std::any_of(telling.begin(), telling.end(), [&](auto const& word) { return words.contains(word); });
}

bool is_name_of_count(std::set<std::string> const& words)
{
    static std::set<std::string> const known{
        "param",    "params",  "parameters", "parameter", "number", "num",       "no",        "n",     "nr",
        "count",    "of",      "in",         "the",       "b",      "bn",        "m",         "k",     "billion",
        "billions", "million", "millions",   "total",     "active", "activated", "trainable", "model", "size",
        "llm",      "10",      "9",          "1e6",       "1e9",    "e6",        "e9"};
    return std::includes(known.begin(), known.end(), words.begin(), words.end());
}

bool is_number_of(std::set<std::string> const& words)
{
    return words.contains("of") && contains_any(words, {"num", "number", "count"}) &&
           !contains_any(words, {"correct", "solved", "passed", "right", "hits", "successes", "points", "score"});
}

bool is_of_some_rank(std::set<std::string> const& words)
{
    return contains_any(words, {"accuracy", "acc", "recall", "precision", "correlation"}) ||
           std::any_of(words.begin(), words.end(), [](std::string const& word) {
               return word.find_first_not_of("0123456789") == std::string::npos;
           });
}

bool is_speed(std::set<std::string> const& words)
{
    return words.contains("tokens") && contains_any(words, {"s", "sec", "second"});
}

bool is_survey_weight(std::set<std::string> const& words)
{
    bool const has_prefix = words.contains("w");
    return std::any_of(words.begin(), words.end(), [&](std::string const& word) {
        return word.ends_with("wght") || word.ends_with("wgt") || (has_prefix && word.ends_with("wt"));
    });
}

bool is_memory(std::set<std::string> const& words)
{
    return words.contains("memory") && contains_any(words, {"usage", "footprint", "peak", "bytes", "mb", "gb", "mib",
                                                            "gib", "kb", "tb", "gpu", "ram"});
}

bool is_model_size(std::set<std::string> const& words)
{
    static std::set<std::string> const known{"size", "model", "b", "m"};
    return words.contains("size") && std::includes(known.begin(), known.end(), words.begin(), words.end());
}

} // namespace exahca::detail
