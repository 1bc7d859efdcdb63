#pragma once

#include <string>
#include <string_view>

namespace exahca::io {

/// Whether these bytes are UTF-8 (RFC 3629: no surrogates, no overlong forms, at most U+10FFFF) without a zero byte.
bool is_utf8_text(std::string_view bytes);

/// Whether most bytes above 127 stand beside another one, as in the double bytes of Chinese and Japanese encodings; in
/// encodings of one byte a letter with an accent stands alone.
bool has_pairs_of_high_bytes(std::string_view bytes);

/// Whether it is a digit of ASCII, whatever the locale.
[[nodiscard]] inline bool is_digit(char c) { return c >= '0' && c <= '9'; }

/// A text for a message: its first 60 bytes, whole characters, and "..." where there are more.
[[nodiscard]] std::string shortened(std::string_view text);

/// JSON as Python writes it with `null` in the place of the numbers that JSON does not know: NaN, Infinity, -Infinity.
std::string without_python_numbers(std::string text);

} // namespace exahca::io
