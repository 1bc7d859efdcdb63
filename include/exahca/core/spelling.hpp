#pragma once

#include <string>
#include <string_view>

namespace exahca {

/// Spellings of one name that people take for the same. Text is UTF-8; bytes that are none stand for themselves.

/// Equal for names that differ in nothing but this: small and capital letters, spaces, "_" and dashes of any kind,
/// characters of no width, full-width letters and digits, typographic quotation marks, and whether an accent is part of
/// its letter (NFC) or follows it (NFD). Letters and accents of Latin, Greek and Cyrillic, kana and Hangul; those of
/// other scripts stand for themselves. For comparisons only.
///
/// Source: the Unicode Standard, sections 3.12 (Hangul), 3.13 (case folding) and 5.22; its decompositions of letters.
[[nodiscard]] std::u32string spelling_key(std::string_view name);

/// The name with every character that cannot be told from another, or not be seen, by its number: "g<U+00A0>one".
[[nodiscard]] std::string visible_name(std::string_view name);

/// The text with every character that would break a line, move the cursor or turn the direction of reading by its
/// number: "g<U+000A>one". What names bring along stays in the line it is printed in.
[[nodiscard]] std::string in_one_line(std::string_view text);

/// Typographic spaces, dashes, apostrophes and full-width signs as ASCII has them, decimal digits of other scripts and
/// the Arabic signs among them likewise, characters of no width left out, and all else as it is. Hence
/// "1\u202f147\u00a0%" is "1 147 %".
[[nodiscard]] std::string plain_signs(std::string_view text);

/// Whether a text holds decimal digits of another script than Latin, Arabic-Indic ones, say. Full-width ones are Latin.
[[nodiscard]] bool has_foreign_digits(std::string_view text);

} // namespace exahca
