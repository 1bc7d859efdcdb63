#include "io/text.hpp"

#include <cstdint>
#include <cstring>

namespace exahca::io {
namespace {

/// Length of the character that begins `bytes`; 0 when there is none.
std::size_t character_length(std::string_view bytes)
{
    auto const byte = [&](std::size_t i) { return static_cast<unsigned char>(bytes[i]); };
    unsigned const first = byte(0);
    if (first == 0) return 0;
    if (first < 0x80) return 1;
    std::size_t const length = first >= 0xf0 ? 4 : first >= 0xe0 ? 3 : 2;
    if (first < 0xc2 || first > 0xf4 || bytes.size() < length) return 0;
    std::uint32_t code = first & (0x7fU >> length);
    for (std::size_t i = 1; i < length; ++i) {
        if ((byte(i) & 0xc0U) != 0x80U) return 0;
        code = code << 6 | (byte(i) & 0x3fU);
    }
    bool const overlong = (length == 3 && code < 0x800) || (length == 4 && code < 0x10000);
    bool const surrogate = code >= 0xd800 && code < 0xe000;
    return overlong || surrogate || code > 0x10ffff ? 0 : length;
}

/// How many bytes at the beginning are ASCII and not zero, in steps of eight.
std::size_t plain_bytes(std::string_view bytes)
{
    constexpr std::uint64_t high = 0x8080808080808080, ones = 0x0101010101010101;
    std::size_t done = 0;
    for (; done + sizeof high <= bytes.size(); done += sizeof high) {
        std::uint64_t word = 0;
        std::memcpy(&word, bytes.data() + done, sizeof word);
        // Where no byte has its high bit set, the subtraction sets one exactly below a zero byte.
        if (((word | (word - ones)) & high) != 0) break;
    }
    return done;
}

} // namespace

bool is_utf8_text(std::string_view bytes)
{
    while (!bytes.empty()) {
        bytes.remove_prefix(plain_bytes(bytes));
        if (bytes.empty()) break;
        auto const length = character_length(bytes);
        if (length == 0) return false;
        bytes.remove_prefix(length);
    }
    return true;
}

bool has_pairs_of_high_bytes(std::string_view bytes)
{
    constexpr std::size_t most_bytes = std::size_t{1} << 16;
    bytes = bytes.substr(0, most_bytes);
    auto const is_high = [&](std::size_t i) {
        return i < bytes.size() && (static_cast<unsigned char>(bytes[i]) & 0x80U) != 0;
    };
    std::size_t high = 0, beside = 0;
    for (std::size_t i = 0; i < bytes.size(); ++i) {
        if (!is_high(i)) continue;
        ++high;
        beside += static_cast<std::size_t>(is_high(i + 1) || (i > 0 && is_high(i - 1)));
    }
    constexpr std::size_t fewest = 4;
    return high >= fewest && 2 * beside > high;
}

std::string shortened(std::string_view text)
{
    constexpr std::size_t longest = 60;
    if (text.size() <= longest) return std::string(text);
    auto end = longest;
    while (end > 0 && (static_cast<unsigned char>(text[end]) & 0xc0U) == 0x80U) --end; // not inside a character
    return std::string(text.substr(0, end)) + "...";
}

std::string without_python_numbers(std::string text)
{
    bool in_string = false;
    for (std::size_t i = 0; i < text.size(); ++i) {
        if (in_string && text[i] == '\\') {
            ++i;
        } else if (text[i] == '"') {
            in_string = !in_string;
        } else if (!in_string) {
            std::string_view const rest(text.data() + i, text.size() - i);
            for (std::string_view const word : {"-Infinity", "Infinity", "NaN"})
                if (rest.starts_with(word)) {
                    text.replace(i, word.size(), "null");
                    i += 3;
                    break;
                }
        }
    }
    return text;
}

} // namespace exahca::io
