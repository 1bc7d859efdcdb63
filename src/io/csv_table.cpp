#include "io/csv_table.hpp"

#include "exahca/core/error.hpp"
#include "io/table_start.hpp"
#include "io/text.hpp"

#include <algorithm>
#include <bit>
#include <cstring>
#include <csv.h>
#include <exception>
#include <fmt/format.h>
#include <new>
#include <utility>

namespace exahca::io {
namespace {

[[noreturn]] void refuse(std::string const& name, std::int64_t line, std::string const& problem, char const* why,
                         std::string const& remedy)
{
    throw InvalidInput(fmt::format("{} line {}: {}", name, line, problem), why, remedy);
}

/// The next line with its end: LF, CRLF or CR. \param has_returns  whether any CR may be there
std::string_view take_line(std::string_view& content, bool has_returns)
{
    auto const* const feed = static_cast<char const*>(std::memchr(content.data(), '\n', content.size()));
    auto size = feed == nullptr ? content.size() : static_cast<std::size_t>(feed - content.data()) + 1;
    auto const* const back = has_returns ? static_cast<char const*>(std::memchr(content.data(), '\r', size)) : nullptr;
    if (back != nullptr) {
        auto const place = static_cast<std::size_t>(back - content.data());
        if (place + 1 < size && content[place + 1] != '\n') size = place + 1; // a line end of its own
    }
    auto const line = content.substr(0, size);
    content.remove_prefix(size);
    return line;
}

/// Hands on the places of a character, ascending, looking at eight characters at once: fields are so short that to
/// search for the end of each would take longer.
template <class Take>
void find_all(std::string_view text, char wanted, Take const& take)
{
    constexpr std::uint64_t ones = 0x0101010101010101, low = 0x7f7f7f7f7f7f7f7f;
    auto const pattern = ones * static_cast<unsigned char>(wanted);
    std::size_t done = 0;
    for (; done + sizeof pattern <= text.size(); done += sizeof pattern) {
        std::uint64_t word = 0;
        std::memcpy(&word, text.data() + done, sizeof word);
        word ^= pattern;
        // The high bit of each byte that is zero now, and of no other.
        for (auto found = ~(((word & low) + low) | word | low); found != 0; found &= found - 1)
            take(done + static_cast<std::size_t>(std::countr_zero(found)) / 8);
    }
    for (; done < text.size(); ++done)
        if (text[done] == wanted) take(done);
}

/// A source in pieces that end where lines end, so that no character and no CRLF is cut.
class LineBlocks
{
public:
    explicit LineBlocks(TextSource& source) : source_(source), buffer_(small) {}

    /// Empty at the end. Valid until the next call.
    std::string_view next()
    {
        std::copy(buffer_.begin() + at(taken_), buffer_.begin() + at(filled_), buffer_.begin());
        filled_ -= taken_;
        // Most tables fit into the first block, and to make a large one for them would take longer than to read them.
        if (taken_ > 0 && !ended_ && buffer_.size() < large) buffer_.resize(large);
        taken_ = 0;
        while (!ended_) {
            if (filled_ == buffer_.size()) buffer_.resize(2 * buffer_.size()); // a line longer than that
            auto const count = source_.read(buffer_.data() + filled_, buffer_.size() - filled_);
            ended_ = count == 0;
            filled_ += count;
            if (!ended_ && filled_ < buffer_.size()) continue;
            if (!ended_) taken_ = whole_lines();
            if (taken_ > 0) return {buffer_.data(), taken_};
        }
        taken_ = filled_;
        return {buffer_.data(), filled_};
    }

private:
    static constexpr std::size_t small = std::size_t{1} << 13, large = std::size_t{1} << 18;

    static std::ptrdiff_t at(std::size_t place) { return static_cast<std::ptrdiff_t>(place); }
    /// Bytes up to the last line end. A CR at the very end may be half of a CRLF.
    std::size_t whole_lines() const
    {
        for (auto end = filled_; end > 0; --end)
            if (buffer_[end - 1] == '\n' || (buffer_[end - 1] == '\r' && end < filled_)) return end;
        return 0;
    }

    TextSource& source_;
    std::vector<char> buffer_;
    std::size_t filled_ = 0, taken_ = 0;
    bool ended_ = false;
};

/// libcsv behind an interface that knows lines: it is fed one line at a time. Most tables hold few quotation marks or
/// none, and a row without any is no matter for a state machine: it is cut where the delimiter stands.
class Parser
{
public:
    Parser(std::string const& name, char delimiter, std::function<void(CsvRowView const&)> const& take_row)
        : name_(name), delimiter_(delimiter), take_row_(take_row)
    {
        if (::csv_init(&state_, CSV_STRICT | CSV_STRICT_FINI) != 0) throw std::bad_alloc();
        ::csv_set_delim(&state_, static_cast<unsigned char>(delimiter));
    }
    Parser(Parser const&) = delete;
    Parser& operator=(Parser const&) = delete;
    ~Parser() { ::csv_free(&state_); }

    /// Whole lines.
    void parse(std::string_view content)
    {
        check_encoding(content);
        bool const has_quotes = content.find('"') != content.npos;
        bool const has_returns = content.find('\r') != content.npos;
        while (!content.empty()) {
            auto const text = take_line(content, has_returns);
            ++line_;
            if (between_rows_) row_.line = line_;
            if (between_rows_ && (!has_quotes || text.find('"') == text.npos)) {
                cut(text);
                continue;
            }
            auto const parsed = ::csv_parse(&state_, text.data(), text.size(), on_field, on_row, this);
            rethrow();
            if (parsed != text.size()) fail(text);
        }
    }
    /// Lines that were taken off before.
    void skip_lines(std::int64_t count) { line_ += count; }
    void finish()
    {
        auto const ended = ::csv_fini(&state_, on_field, on_row, this);
        rethrow();
        if (ended != 0) fail({});
        if (columns_ == 0) throw InvalidInput(fmt::format("{} is empty", name_), {}, "export it again");
    }

private:
    void check_encoding(std::string_view content) const
    {
        if (is_utf8_text(content)) return;
        for (auto line = line_ + 1; !content.empty(); ++line) {
            auto const from_here = content;
            auto const text = take_line(content, true);
            if (is_utf8_text(text)) continue;
            constexpr char const* problem = "this is not UTF-8 text";
            auto const zeros = std::count(text.begin(), text.end(), '\0');
            // Half of the bytes of Latin letters in UTF-16 are zero; a table hardly holds another zero.
            if (4 * zeros > std::ssize(text))
                refuse(name_, line, problem, "it holds NUL bytes as UTF-16 does, and no byte order mark",
                       "convert it by iconv -f UTF-16LE -t UTF-8 FILE > NEW, or UTF-16BE");
            if (zeros > 0)
                refuse(name_, line, problem, "it holds a NUL byte, which no text does",
                       "export it again: the file is damaged, or no text; tr -d '\\000' < FILE > NEW takes such bytes "
                       "out");
            refuse(name_, line, problem, "another encoding, or not a text file",
                   has_pairs_of_high_bytes(from_here)
                       ? "save the file as UTF-8; one in Chinese is converted by iconv -f GB18030 -t UTF-8 FILE > NEW, "
                         "one in Japanese by -f SHIFT_JIS, one from Windows in a language of Western Europe by -f "
                         "WINDOWS-1252"
                       : "save the file as UTF-8; one from Windows is converted by iconv -f WINDOWS-1252 -t UTF-8 FILE "
                         "> NEW");
        }
    }
    /// Without spaces at its ends, as libcsv does it: a tab that is the delimiter is none.
    std::string_view trimmed(std::string_view text) const
    {
        auto const is_space = [this](char c) { return (c == ' ' || c == '\t') && c != delimiter_; };
        while (!text.empty() && is_space(text.front())) text.remove_prefix(1);
        while (!text.empty() && is_space(text.back())) text.remove_suffix(1);
        return text;
    }
    /// A whole row without quotation marks.
    void cut(std::string_view text)
    {
        while (!text.empty() && (text.back() == '\n' || text.back() == '\r')) text.remove_suffix(1);
        if (trimmed(text).empty()) return;
        row_.fields.clear();
        std::size_t begin = 0;
        find_all(text, delimiter_, [&](std::size_t place) {
            row_.fields.push_back(trimmed(text.substr(begin, place - begin)));
            begin = place + 1;
        });
        row_.fields.push_back(trimmed(text.substr(begin)));
        hand_on();
    }
    static void on_field(void* text, std::size_t size, void* self) noexcept
    {
        auto& parser = *static_cast<Parser*>(self);
        parser.guarded([&] {
            parser.between_rows_ = false;
            parser.texts_.append(static_cast<char const*>(text), size);
            parser.ends_.push_back(parser.texts_.size());
        });
    }
    static void on_row(int, void* self) noexcept
    {
        auto& parser = *static_cast<Parser*>(self);
        parser.guarded([&] { parser.hand_on_parsed(); });
    }
    void hand_on()
    {
        if (row_.fields.size() == 1 && columns_ != 1 && is_frame(row_.fields[0])) return;
        if (columns_ == 0) columns_ = row_.fields.size();
        // Some programs write a separator behind the last field, but not in the header.
        while (row_.fields.size() > columns_ && row_.fields.back().empty()) row_.fields.pop_back();
        if (row_.fields.size() != columns_) refuse_length();
        take_row_(row_);
    }
    [[noreturn]] void refuse_length() const
    {
        auto const count = row_.fields.size();
        std::string remedy = "check separators and quotation marks";
        if (count == 1)
            remedy += "; a line that is no row, such as a note below the table, has to go";
        else if (count < columns_)
            remedy += "; where fields that are empty were left out at the end, write their separators";
        else if (count == columns_ + 1)
            remedy += "; a header without a field for the names of rows, as R's write.table writes it, needs one "
                      "(col.names = NA)";
        else if (delimiter_ == ',' && count > columns_)
            remedy += "; numbers with decimal commas need other separators, or quotation marks";
        refuse(name_, row_.line,
               fmt::format("{} field{} where the header has {}", count, count == 1 ? "" : "s", columns_), "", remedy);
    }
    void hand_on_parsed()
    {
        row_.fields.clear();
        std::size_t begin = 0;
        for (auto const end : ends_) {
            row_.fields.emplace_back(texts_.data() + begin, end - begin);
            begin = end;
        }
        hand_on();
        texts_.clear();
        ends_.clear();
        between_rows_ = true;
    }
    /// Keeps what is thrown until the library's own frames are left: they are C, which knows nothing of exceptions.
    template <class Action>
    void guarded(Action const& action) noexcept
    {
        if (failure_) return;
        try {
            action();
        } catch (...) {
            failure_ = std::current_exception();
        }
    }
    void rethrow() const
    {
        if (failure_) std::rethrow_exception(failure_);
    }
    /// Whether a line is fields between blanks, of which the first has quotation marks, and has no other separator.
    static bool is_quoted_between_blanks(std::string_view text)
    {
        if (!text.starts_with('"')) return false;
        auto const end = text.find("\" ", 1);
        if (end == text.npos || text.find('"', 1) != end) return false;
        bool quoted = false;
        return std::none_of(text.begin(), text.end(), [&](char c) {
            quoted = quoted != (c == '"');
            return !quoted && (c == ',' || c == ';' || c == '\t' || c == '|');
        });
    }
    /// \param text  of the line, if it is known
    [[noreturn]] void fail(std::string_view text)
    {
        bool const is_syntax = ::csv_error(&state_) == CSV_EPARSE;
        if (is_syntax && is_quoted_between_blanks(text))
            refuse(name_, row_.line, "a quotation mark is out of place", "blanks separate its fields", advice_on_r);
        if (is_syntax)
            refuse(name_, row_.line, "a quotation mark is out of place", "in this row, or one is never closed",
                   "quote the whole field, and double the quotation marks in it");
        throw std::bad_alloc();
    }

    csv_parser state_{};
    std::string const& name_;
    char delimiter_;
    std::function<void(CsvRowView const&)> const& take_row_;
    std::int64_t line_ = 0;
    bool between_rows_ = true;
    std::string texts_; // of the row's fields, one behind the other
    std::vector<std::size_t> ends_;
    std::size_t columns_ = 0;
    CsvRowView row_{1, {}};
    std::exception_ptr failure_;
};

} // namespace

void read_csv(TextSource& source, std::string const& name, char delimiter,
              std::function<void(CsvRowView const&)> const& take_row)
{
    source.rewind();
    LineBlocks blocks(source);
    Parser parser(name, delimiter, take_row);
    bool first = true;
    for (auto content = blocks.next(); !content.empty(); content = blocks.next()) {
        if (std::exchange(first, false)) {
            auto const preamble = look_at_preamble(content);
            content.remove_prefix(preamble.bytes);
            parser.skip_lines(preamble.lines);
        }
        parser.parse(content);
    }
    parser.finish();
}

bool is_rule(CsvRowView const& row)
{
    // One or two dashes may say that a score is missing.
    constexpr std::size_t fewest_dashes = 3;
    std::size_t dashes = 0;
    for (auto const field : row.fields) {
        if (field.find_first_not_of("-=:+ ") != field.npos) return false;
        dashes = std::max<std::size_t>(
            dashes, static_cast<std::size_t>(
                        std::count_if(field.begin(), field.end(), [](char c) { return c == '-' || c == '='; })));
    }
    return dashes >= fewest_dashes;
}

bool is_frame(std::string_view line)
{
    if (line.starts_with('(') && (line.ends_with(" rows)") || line.ends_with(" row)"))) {
        auto const number = line.substr(1, line.find(' ') - 1);
        return !number.empty() && number.find_first_not_of("0123456789") == number.npos;
    }
    return is_rule({0, {line}});
}

CsvTable parse_csv(TextSource& source, std::string const& name, char delimiter)
{
    CsvTable table;
    bool first = true;
    read_csv(source, name, delimiter, [&](CsvRowView const& row) {
        std::vector<std::string> fields(row.fields.begin(), row.fields.end());
        if (std::exchange(first, false))
            table.header = std::move(fields);
        else
            table.rows.push_back({row.line, std::move(fields)});
    });
    return table;
}

CsvTable parse_csv(std::string_view content, std::string const& name, char delimiter)
{
    auto const source = text_in_memory(content, name);
    return parse_csv(*source, name, delimiter);
}

} // namespace exahca::io
