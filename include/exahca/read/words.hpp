#pragma once

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

namespace exahca {

/// The text as valid UTF-8 without characters that XML forbids; each offending byte becomes U+FFFD.
[[nodiscard]] std::string clean_text(std::string_view text);

/// For element content and attribute values of HTML and XML alike.
[[nodiscard]] std::string escape_markup(std::string_view text);

/// Columns that a text takes, East Asian characters counting two.
[[nodiscard]] int text_columns(std::string_view text);

/// The text, cut with an ellipsis where it takes more columns. `text` is cleaned first.
[[nodiscard]] std::string shortened(std::string_view text, int columns);

/// The same with spaces behind it, as many as fill the columns.
[[nodiscard]] std::string padded(std::string_view text, int columns);

/// A width in pixels that the text hardly exceeds in any common font, bold included.
[[nodiscard]] double text_width(std::string_view text, double font_size);
/// The text, cut with an ellipsis where text_width would exceed `width`.
[[nodiscard]] std::string fitted(std::string_view text, double width, double font_size);

/// "+1.70", fewer decimals for large numbers; "n/a" for missing values. What rounds to zero has no sign.
[[nodiscard]] std::string signed_number(double value);
/// "+0.0392", with as many decimals; "n/a" for missing values. What rounds to zero has no sign.
[[nodiscard]] std::string signed_number(double value, int decimals);
/// "0.0392", with as many decimals; "n/a" for missing values. Never "-0.0000".
[[nodiscard]] std::string plain_number(double value, int decimals);
/// "12.3°".
[[nodiscard]] std::string degrees_text(double angle, int decimals = 1);
/// "15 %" of a share.
[[nodiscard]] std::string percent(double share);
/// "1,480".
[[nodiscard]] std::string grouped(std::int64_t count);
/// "1 model", "3 models", with the count grouped.
[[nodiscard]] std::string counted(std::int64_t count, std::string_view singular, std::string_view plural);
/// "[+1.09, +2.42]", empty when either end is missing.
[[nodiscard]] std::string interval_text(double low, double high);

/// "MMLU-PRO → GPQA": labels with arrows between.
[[nodiscard]] std::string chain_text(std::vector<std::string> const& labels);

} // namespace exahca
