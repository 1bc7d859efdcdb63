#pragma once

#include <cstdint>
#include <map>
#include <string>
#include <string_view>
#include <vector>

namespace exahca::io {

/// The whole text as a number, with a point whatever the locale. May be infinite or NaN.
/// \returns false  when it is none; `value` is undefined then
[[nodiscard]] bool parse_plain_number(std::string_view text, double& value);

/// The texts in the place of a number that say that there is none.
class MissingCodes
{
public:
    /// \param further  codes of one table beside the usual ones (`--na`): texts, in small or capital letters, or
    /// numbers
    explicit MissingCodes(std::vector<std::string> const& further = {});

    /// Whether a text without spaces around it says "missing". Numbers are left to `is_code`.
    [[nodiscard]] bool contains(std::string_view text) const;
    [[nodiscard]] bool has_numbers() const { return !numbers_.empty(); }
    /// Whether this number is one of the further codes.
    [[nodiscard]] bool is_code(double value) const
    {
        for (double const number : numbers_)
            if (number == value) return true;
        return false;
    }

private:
    std::vector<std::string> texts_; // in small letters
    std::vector<double> numbers_;
};

/// The base model that a cell names: nothing where it says "missing", as "N/A" does.
[[nodiscard]] std::string base_model_of(std::string_view cell, MissingCodes const& codes,
                                        std::map<std::string, std::int64_t>& none);

/// ASCII letters small, everything else as it is.
[[nodiscard]] std::string small_letters(std::string_view text);

} // namespace exahca::io
