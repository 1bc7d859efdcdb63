#include "io/csv_table.hpp"

#include "exahca/core/error.hpp"
#include "io/text.hpp"

#include <csv.h>
#include <exception>
#include <fmt/format.h>
#include <new>
#include <utility>

namespace exahca::io {
namespace {

[[noreturn]] void refuse(std::string const& name, std::int64_t line, std::string const& problem, char const* why,
                         char const* remedy)
{
    throw InvalidInput(fmt::format("{} line {}: {}", name, line, problem), why, remedy);
}

/// The next line with its end: LF, CRLF or CR.
std::string_view take_line(std::string_view& content)
{
    auto end = content.find_first_of("\r\n");
    if (end == content.npos)
        end = content.size();
    else
        end += content.substr(end).starts_with("\r\n") ? 2U : 1U;
    auto const line = content.substr(0, end);
    content.remove_prefix(end);
    return line;
}

void check_encoding(std::string_view content, std::string const& name)
{
    if (content.starts_with("\xff\xfe") || content.starts_with("\xfe\xff"))
        refuse(name, 1, "the file is UTF-16", "", "save it as UTF-8");
    for (std::int64_t line = 1; !content.empty(); ++line)
        if (!is_utf8_text(take_line(content)))
            refuse(name, line, "this is not UTF-8 text", "another encoding, or not a text file",
                   "save the file as UTF-8");
}

/// libcsv behind an interface that knows lines: it is fed one line at a time.
class Parser
{
public:
    explicit Parser(std::string const& name) : name_(name)
    {
        if (::csv_init(&state_, CSV_STRICT | CSV_STRICT_FINI) != 0) throw std::bad_alloc();
    }
    Parser(Parser const&) = delete;
    Parser& operator=(Parser const&) = delete;
    ~Parser() { ::csv_free(&state_); }

    std::vector<CsvRow> parse(std::string_view content)
    {
        while (!content.empty()) {
            auto const text = take_line(content);
            ++line_;
            if (between_rows_) row_.line = line_;
            auto const parsed = ::csv_parse(&state_, text.data(), text.size(), on_field, on_row, this);
            rethrow();
            if (parsed != text.size()) fail();
        }
        auto const ended = ::csv_fini(&state_, on_field, on_row, this);
        rethrow();
        if (ended != 0) fail();
        return std::move(rows_);
    }

private:
    static void on_field(void* text, std::size_t size, void* self) noexcept
    {
        auto& parser = *static_cast<Parser*>(self);
        parser.guarded([&] {
            parser.between_rows_ = false;
            parser.row_.fields.emplace_back(static_cast<char const*>(text), size);
        });
    }
    static void on_row(int, void* self) noexcept
    {
        auto& parser = *static_cast<Parser*>(self);
        parser.guarded([&] {
            parser.rows_.push_back(std::exchange(parser.row_, {parser.line_ + 1, {}}));
            parser.between_rows_ = true;
        });
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
    [[noreturn]] void fail()
    {
        if (::csv_error(&state_) == CSV_EPARSE)
            refuse(name_, row_.line, "a quotation mark is out of place", "in this row, or one is never closed",
                   "quote the whole field, and double the quotation marks in it");
        throw std::bad_alloc();
    }

    csv_parser state_{};
    std::string const& name_;
    std::int64_t line_ = 0;
    bool between_rows_ = true;
    CsvRow row_{1, {}};
    std::vector<CsvRow> rows_;
    std::exception_ptr failure_;
};

} // namespace

CsvTable parse_csv(std::string_view content, std::string const& name)
{
    check_encoding(content, name);
    if (content.starts_with("\xef\xbb\xbf")) content.remove_prefix(3);
    auto rows = Parser(name).parse(content);
    if (rows.empty()) throw InvalidInput(fmt::format("{} is empty", name), {}, "export it again");
    CsvTable table{std::move(rows.front().fields), {}};
    if (table.header.size() == 1 && table.header.front().find_first_of(";\t") != std::string::npos)
        refuse(name, 1, "the header is one field", "fields seem to be separated by semicolons or tabs",
               "save the file as comma-separated");
    rows.erase(rows.begin());
    for (auto const& row : rows)
        if (row.fields.size() != table.header.size())
            refuse(name, row.line,
                   fmt::format("{} fields where the header has {}", row.fields.size(), table.header.size()), "",
                   "check separators and quotation marks");
    table.rows = std::move(rows);
    return table;
}

} // namespace exahca::io
