#include "exahca/core/spelling.hpp"

#include <algorithm>
#include <array>
#include <cstdint>
#include <fmt/format.h>
#include <iterator>
#include <unordered_map>
#include <utility>

namespace exahca {
namespace {

/// Takes the first character off a text; where that is no UTF-8, its first byte.
char32_t take_character(std::string_view& text)
{
    auto const byte = [&](std::size_t i) { return static_cast<unsigned char>(text[i]); };
    char32_t const first = byte(0);
    std::size_t const length = first < 0xc2 || first > 0xf4 ? 1 : first < 0xe0 ? 2 : first < 0xf0 ? 3 : 4;
    char32_t character = length == 1 ? first : first & (0x7fU >> length);
    for (std::size_t i = 1; i < length; ++i) {
        if (i >= text.size() || (byte(i) & 0xc0U) != 0x80U) {
            text.remove_prefix(1);
            return first;
        }
        character = character << 6U | (byte(i) & 0x3fU);
    }
    text.remove_prefix(length);
    return character;
}

/// Characters in order, with a step between those that are meant.
struct Range
{
    char32_t first, last;
    std::int32_t step = 1;
    std::int32_t to_small = 0; ///< added to a capital letter

    [[nodiscard]] bool holds(char32_t c) const
    {
        return c >= first && c <= last && (c - first) % static_cast<char32_t>(step) == 0;
    }
};

template <std::size_t Count>
Range const* find_range(std::array<Range, Count> const& ranges, char32_t c)
{
    auto const found = std::find_if(ranges.begin(), ranges.end(), [c](Range const& range) { return range.holds(c); });
    return found == ranges.end() ? nullptr : &*found;
}

constexpr std::array<Range, 10> spaces{{{0x09, 0x0d},
                                        {0x20, 0x20},
                                        {0x85, 0x85},
                                        {0xa0, 0xa0},
                                        {0x1680, 0x1680},
                                        {0x2000, 0x200a},
                                        {0x2028, 0x2029},
                                        {0x202f, 0x202f},
                                        {0x205f, 0x205f},
                                        {0x3000, 0x3000}}};
constexpr std::array<Range, 5> dashes{
    {{0x2d, 0x2d}, {0x2010, 0x2015}, {0x2212, 0x2212}, {0xfe58, 0xfe58}, {0xfe63, 0xfe63}}};
// Soft hyphen, joiners, marks of direction, variation selectors, byte order mark.
constexpr std::array<Range, 7> widthless{{{0xad, 0xad},
                                          {0x200b, 0x200f},
                                          {0x202a, 0x202e},
                                          {0x2060, 0x2064},
                                          {0x2066, 0x2069},
                                          {0xfe00, 0xfe0f},
                                          {0xfeff, 0xfeff}}};
constexpr std::array<Range, 5> accents{
    {{0x300, 0x36f}, {0x1ab0, 0x1aff}, {0x1dc0, 0x1dff}, {0x20d0, 0x20f0}, {0x3099, 0x309a}}};

// What ends a line, is an order to a terminal, or turns the direction of reading.
constexpr std::array<Range, 5> controls{
    {{0x00, 0x1f}, {0x7f, 0x9f}, {0x2028, 0x2029}, {0x202a, 0x202e}, {0x2066, 0x2069}}};

// Zeros of the scripts of the basic plane that have decimal digits of their own; nine digits follow each.
constexpr std::array<char32_t, 35> foreign_zeros{0x0660, 0x06f0, 0x07c0, 0x0966, 0x09e6, 0x0a66, 0x0ae6, 0x0b66, 0x0be6,
                                                 0x0c66, 0x0ce6, 0x0d66, 0x0de6, 0x0e50, 0x0ed0, 0x0f20, 0x1040, 0x1090,
                                                 0x17e0, 0x1810, 0x1946, 0x19d0, 0x1a80, 0x1a90, 0x1b50, 0x1bb0, 0x1c40,
                                                 0x1c50, 0xa620, 0xa8d0, 0xa900, 0xa9d0, 0xa9f0, 0xaa50, 0xabf0};

// Latin, Greek, Cyrillic, Armenian; where capital and small letters take turns, the step is 2.
constexpr std::array<Range, 37> capitals{
    {{U'A', U'Z', 1, 32},    {0xc0, 0xd6, 1, 32},    {0xd8, 0xde, 1, 32},   {0x100, 0x12e, 2, 1},
     {0x132, 0x136, 2, 1},   {0x139, 0x147, 2, 1},   {0x14a, 0x176, 2, 1},  {0x178, 0x178, 1, -121},
     {0x179, 0x17d, 2, 1},   {0x18f, 0x18f, 1, 202}, {0x1a0, 0x1a4, 2, 1},  {0x1af, 0x1af, 1, 1},
     {0x1b7, 0x1b7, 1, 219}, {0x1c4, 0x1ca, 3, 2},   {0x1cd, 0x1db, 2, 1},  {0x1de, 0x1ee, 2, 1},
     {0x1f4, 0x1f4, 1, 1},   {0x1f8, 0x21e, 2, 1},   {0x222, 0x232, 2, 1},  {0x386, 0x386, 1, 38},
     {0x388, 0x38a, 1, 37},  {0x38c, 0x38c, 1, 64},  {0x38e, 0x38f, 1, 63}, {0x391, 0x3a1, 1, 32},
     {0x3a3, 0x3ab, 1, 32},  {0x3c2, 0x3c2, 1, 1},   {0x3d8, 0x3ee, 2, 1},  {0x400, 0x40f, 1, 80},
     {0x410, 0x42f, 1, 32},  {0x460, 0x480, 2, 1},   {0x48a, 0x4be, 2, 1},  {0x4c0, 0x4c0, 1, 15},
     {0x4c1, 0x4cd, 2, 1},   {0x4d0, 0x52e, 2, 1},   {0x531, 0x556, 1, 48}, {0x1e00, 0x1e94, 2, 1},
     {0x1ea0, 0x1efe, 2, 1}}};

/// Letters that are one character with an accent, and the same without it, which may have another one.
struct Accented
{
    char32_t accent;
    std::u32string_view bare, whole;
};
constexpr std::array<Accented, 27> accented_letters{{
    {0x0300, U"aeiouünеиēōwâăêôơưy", U"àèìòùǜǹѐѝḕṑẁầằềồờừỳ"},
    {0x0301, U"aeiouyclnrszügåæøϊαεηιϋουωгкçēïkmõōpũwâăêôơư", U"áéíóúýćĺńŕśźǘǵǻǽǿΐάέήίΰόύώѓќḉḗḯḱḿṍṓṕṹẃấắếốớứ"},
    {0x0302, U"aeioucghjswyzạẹọ", U"âêîôûĉĝĥĵŝŵŷẑậệộ"},
    {0x0303, U"anoiuvâăeêôơưy", U"ãñõĩũṽẫẵẽễỗỡữỹ"},
    {0x0304, U"aeiouüäȧæǫöõȯyиуgḷṛ", U"āēīōūǖǟǡǣǭȫȭȱȳӣӯḡḹṝ"},
    {0x0306, U"aegiouиужаеȩạ", U"ăĕğĭŏŭйўӂӑӗḝặ"},
    {0x0307, U"cegizaobdfhmnprsśšṣtwxyſ", U"ċėġİżȧȯḃḋḟḣṁṅṗṙṡṥṧṩṫẇẋẏẛ"},
    {0x0308, U"aeiouyιυеіаәжзиоөэучыhõūwxt", U"äëïöüÿϊϋёїӓӛӝӟӥӧӫӭӱӵӹḧṏṻẅẍẗ"},
    {0x0309, U"aâăeêioôơuưy", U"ảẩẳẻểỉỏổởủửỷ"},
    {0x030a, U"auwy", U"åůẘẙ"},
    {0x030b, U"ouу", U"őűӳ"},
    {0x030c, U"cdelnrstzaiouügkʒjh", U"čďěľňřšťžǎǐǒǔǚǧǩǯǰȟ"},
    {0x030f, U"aeioruѵ", U"ȁȅȉȍȑȕѷ"},
    {0x0311, U"aeioru", U"ȃȇȋȏȓȗ"},
    {0x031b, U"ou", U"ơư"},
    {0x0323, U"bdhklmnrstvwzaeioơuưy", U"ḅḍḥḳḷṃṇṛṣṭṿẉẓạẹịọợụựỵ"},
    {0x0324, U"u", U"ṳ"},
    {0x0325, U"a", U"ḁ"},
    {0x0326, U"st", U"șț"},
    {0x0327, U"cgklnrstedh", U"çģķļņŗşţȩḑḩ"},
    {0x0328, U"aeiuo", U"ąęįųǫ"},
    {0x032d, U"delntu", U"ḓḙḽṋṱṷ"},
    {0x032e, U"h", U"ḫ"},
    {0x0330, U"eiu", U"ḛḭṵ"},
    {0x0331, U"bdklnrtzh", U"ḇḏḵḻṉṟṯẕẖ"},
    {0x3099, U"かきくけこさしすせそたちつてとはひふへほうカキクケコサシスセソタチツテトハヒフヘホウワヰヱヲ",
     U"がぎぐげござじずぜぞだぢづでどばびぶべぼゔガギグゲゴザジズゼゾダヂヅデドバビブベボヴヷヸヹヺ"},
    {0x309a, U"はひふへほハヒフヘホ", U"ぱぴぷぺぽパピプペポ"},
}};

char32_t small_letter(char32_t c)
{
    constexpr char32_t sharp_s = 0xdf, capital_sharp_s = 0x1e9e;
    if (c == capital_sharp_s) return sharp_s;
    auto const* const range = find_range(capitals, c);
    return range == nullptr ? c : c + static_cast<char32_t>(range->to_small);
}

/// The zero that a digit of another script belongs to; 0 for what is none.
char32_t foreign_zero(char32_t c)
{
    // Nearly every character that gets here is a letter or a sign below the first of them.
    if (c < foreign_zeros.front()) return 0;
    auto const next = std::upper_bound(foreign_zeros.begin(), foreign_zeros.end(), c);
    constexpr char32_t digits = 10;
    return c - *std::prev(next) < digits ? *std::prev(next) : 0;
}

/// A sign as ASCII has it; 0 for what has no width. All others as they are.
char32_t plain_sign(char32_t c)
{
    if (c < 0x80) return c;
    constexpr char32_t first_wide = 0xff01, last_wide = 0xff5e, wide_minus = 0xff0d;
    if (find_range(spaces, c) != nullptr) return U' ';
    if (find_range(dashes, c) != nullptr || c == wide_minus) return U'-';
    if (find_range(widthless, c) != nullptr) return 0;
    if (c >= first_wide && c <= last_wide) return c - first_wide + U'!';
    if (c == 0x2018 || c == 0x2019 || c == 0x201b || c == 0x2bc) return U'\'';
    if (c >= 0x201c && c <= 0x201f) return U'"';
    // Arabic per cent sign, decimal and thousands separator.
    if (c == 0x66a) return U'%';
    if (c == 0x66b) return U'.';
    if (c == 0x66c) return U',';
    if (auto const zero = foreign_zero(c); zero != 0) return U'0' + (c - zero);
    return c;
}

/// Appends a letter without accents and the accents behind it.
void take_apart(char32_t c, std::u32string& parts)
{
    static auto const whole = [] {
        std::unordered_map<char32_t, std::pair<char32_t, char32_t>> letters;
        for (auto const& [accent, bare, with] : accented_letters)
            for (std::size_t i = 0; i < bare.size(); ++i) letters.emplace(with[i], std::pair(bare[i], accent));
        return letters;
    }();
    constexpr char32_t syllables = 0xac00, leads = 0x1100, vowels = 0x1161, tails = 0x11a7;
    constexpr char32_t vowel_count = 21, tail_count = 28, syllable_count = 19 * vowel_count * tail_count;
    if (c >= syllables && c < syllables + syllable_count) {
        auto const place = c - syllables;
        parts += leads + place / (vowel_count * tail_count);
        parts += vowels + place / tail_count % vowel_count;
        if (place % tail_count > 0) parts += tails + place % tail_count;
        return;
    }
    auto const found = whole.find(c);
    if (found == whole.end()) {
        parts += c;
        return;
    }
    take_apart(found->second.first, parts);
    parts += found->second.second;
}

/// Where an accent stands, as its canonical combining class has it: attached, at a horn, below, above.
int place_of(char32_t accent)
{
    constexpr std::array<Range, 4> below{{{0x316, 0x319}, {0x31c, 0x320}, {0x323, 0x326}, {0x329, 0x333}}};
    if (accent == 0x321 || accent == 0x322 || accent == 0x327 || accent == 0x328) return 202;
    if (accent == 0x31b) return 216;
    return find_range(below, accent) != nullptr ? 220 : 230;
}

} // namespace

std::u32string spelling_key(std::string_view name)
{
    std::u32string key;
    while (!name.empty()) {
        auto const c = plain_sign(take_character(name));
        if (c == 0 || c == U' ' || c == U'-' || c == U'_' || (c >= 0x09 && c <= 0x0d)) continue;
        if (c < 0x80)
            key += small_letter(c);
        else
            take_apart(small_letter(c), key);
    }
    // Several accents of one letter come in any order, unless they are stacked at one place.
    for (auto begin = key.begin(); begin != key.end();) {
        auto const is_accent = [](char32_t c) { return find_range(accents, c) != nullptr; };
        auto const first = std::find_if(begin, key.end(), is_accent);
        begin = std::find_if_not(first, key.end(), is_accent);
        std::stable_sort(first, begin, [](char32_t a, char32_t b) { return place_of(a) < place_of(b); });
    }
    return key;
}

std::string visible_name(std::string_view name)
{
    std::string shown;
    while (!name.empty()) {
        auto const before = name;
        auto const c = take_character(name);
        bool const is_plain = c >= 0x20 && c < 0x7f;
        bool const is_like_another = find_range(spaces, c) != nullptr || find_range(dashes, c) != nullptr ||
                                     find_range(widthless, c) != nullptr || find_range(accents, c) != nullptr;
        if (!is_plain && (is_like_another || c < 0x20 || c == 0x7f))
            fmt::format_to(std::back_inserter(shown), "<U+{:04X}>", static_cast<std::uint32_t>(c));
        else
            shown += before.substr(0, before.size() - name.size());
    }
    return shown;
}

std::string in_one_line(std::string_view text)
{
    std::string shown;
    while (!text.empty()) {
        auto const before = text;
        if (auto const c = take_character(text); find_range(controls, c) != nullptr)
            fmt::format_to(std::back_inserter(shown), "<U+{:04X}>", static_cast<std::uint32_t>(c));
        else
            shown += before.substr(0, before.size() - text.size());
    }
    return shown;
}

bool has_foreign_digits(std::string_view text)
{
    while (!text.empty())
        if (foreign_zero(take_character(text)) != 0) return true;
    return false;
}

std::string plain_signs(std::string_view text)
{
    // Nearly every text is of this kind.
    if (std::all_of(text.begin(), text.end(), [](char c) { return static_cast<unsigned char>(c) < 0x80; }))
        return std::string(text);
    std::string plain;
    while (!text.empty()) {
        auto const before = text;
        auto const c = take_character(text), sign = plain_sign(c);
        if (sign > 0 && sign < 0x80)
            plain += static_cast<char>(sign);
        else if (c == 0 || sign != 0)
            plain += before.substr(0, before.size() - text.size());
    }
    return plain;
}

} // namespace exahca
