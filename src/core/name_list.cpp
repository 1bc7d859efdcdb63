#include "exahca/core/name_list.hpp"

#include "exahca/core/error.hpp"
#include "exahca/core/trimmed.hpp"

#include <algorithm>

namespace exahca {
namespace {

constexpr char quote = '"';

[[noreturn]] void refuse(std::string_view option, std::string_view text, std::string_view why)
{
    throw UsageError("--" + std::string(option) + " " + std::string(text) + " is no list of names", why,
                     "separate names by commas; quote a name that holds one, and double its quotation marks: "
                     "'\"Acme, Inc.\",other'");
}

} // namespace

std::vector<std::string> split_names(std::string_view option, std::string_view text)
{
    std::vector<std::string> names;
    std::size_t place = 0;
    while (place < text.size()) {
        place = std::min(text.find_first_not_of(' ', place), text.size());
        if (place < text.size() && text[place] == quote) {
            std::string name;
            // To the quotation mark that is not doubled.
            for (++place;; ++place) {
                if (place >= text.size()) refuse(option, text, "a quotation mark is not closed");
                if (text[place] != quote) {
                    name += text[place];
                } else if (text.substr(place + 1).starts_with(quote)) {
                    name += quote;
                    ++place;
                } else {
                    break;
                }
            }
            place = std::min(text.find_first_not_of(' ', place + 1), text.size());
            if (place < text.size() && text[place] != ',')
                refuse(option, text, "something follows a closing quotation mark");
            names.push_back(std::move(name));
        } else {
            // Quotation marks inside of a plain name are part of it.
            auto const end = std::min(text.find(',', place), text.size());
            if (auto const name = trimmed(text.substr(place, end - place)); !name.empty()) names.emplace_back(name);
            place = end;
        }
        ++place; // past the comma
    }
    return names;
}

std::string listed_name(std::string_view name)
{
    bool const plain = !name.empty() && name.find(',') == name.npos && name.front() != quote && trimmed(name) == name;
    if (plain) return std::string(name);
    std::string quoted(1, quote);
    for (char const c : name) {
        if (c == quote) quoted += quote;
        quoted += c;
    }
    return quoted + quote;
}

std::string join_names(std::span<std::string const> names, std::string_view separator)
{
    std::string list;
    for (auto const& name : names) {
        if (!list.empty()) list += separator;
        list += listed_name(name);
    }
    return list;
}

} // namespace exahca
