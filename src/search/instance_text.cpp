#include "exahca/search/instance_text.hpp"

#include "exahca/core/error.hpp"

#include <charconv>
#include <cmath>
#include <fmt/format.h>
#include <optional>

namespace exahca {
namespace {

constexpr long long most = 4096;

class LineReader
{
public:
    LineReader(std::string_view text, std::string_view name) : text_(text), name_(name) {}

    // The next line that says something; nothing at the end.
    std::optional<std::string_view> next()
    {
        while (!text_.empty()) {
            ++number_;
            auto const end = text_.find('\n');
            auto line = text_.substr(0, end);
            text_.remove_prefix(end == std::string_view::npos ? text_.size() : end + 1);
            if (!line.empty() && line.back() == '\r') line.remove_suffix(1);
            auto const start = line.find_first_not_of(" \t");
            if (start != std::string_view::npos && line[start] != '#') return line;
        }
        return std::nullopt;
    }

    [[nodiscard]] std::size_t remaining() const { return text_.size(); }

    [[noreturn]] void fail(std::string_view problem, std::string_view why = {}) const
    {
        throw InvalidInput(fmt::format("{} line {}: {}", name_, number_, problem), why,
                           "the first line is K m d, then K blocks of m lines with d numbers follow");
    }

private:
    std::string_view text_;
    std::string_view name_;
    long long number_ = 0;
};

std::vector<std::string_view> words(std::string_view line)
{
    std::vector<std::string_view> result;
    for (;;) {
        auto const start = line.find_first_not_of(" \t");
        if (start == std::string_view::npos) return result;
        line.remove_prefix(start);
        auto const end = std::min(line.find_first_of(" \t"), line.size());
        result.push_back(line.substr(0, end));
        line.remove_prefix(end);
    }
}

template <class T>
T parse(LineReader const& lines, std::string_view word)
{
    T value{};
    auto const* const end = word.data() + word.size();
    auto const [stop, error] = std::from_chars(word.data(), end, value);
    if (error != std::errc{} || stop != end) lines.fail(fmt::format("\"{}\" is not a number", word.substr(0, 40)));
    return value;
}

struct Shape
{
    long long domains;
    long long factors;
    long long benchmarks;
};

Shape parse_shape(LineReader& lines)
{
    auto const line = lines.next();
    if (!line) lines.fail("the file is empty");
    auto const entries = words(*line);
    if (entries.size() != 3) lines.fail(fmt::format("{} entries instead of the three K m d", entries.size()));
    Shape const shape{parse<long long>(lines, entries[0]), parse<long long>(lines, entries[1]),
                      parse<long long>(lines, entries[2])};
    if (shape.domains < 1 || shape.domains > most || shape.factors < 1 || shape.factors > shape.benchmarks ||
        shape.benchmarks > most)
        lines.fail(fmt::format("{} domains, {} factors, {} benchmarks", shape.domains, shape.factors, shape.benchmarks),
                   fmt::format("1 to {} domains, and 1 <= factors <= benchmarks <= {}", most, most));
    return shape;
}

void parse_row(LineReader& lines, Eigen::Ref<Eigen::RowVectorXd, 0, Eigen::InnerStride<>> row)
{
    auto const line = lines.next();
    if (!line) lines.fail("the file ends too early");
    auto const entries = words(*line);
    if (entries.size() != static_cast<std::size_t>(row.size()))
        lines.fail(fmt::format("{} numbers instead of {}", entries.size(), row.size()));
    for (std::size_t j = 0; j < entries.size(); ++j) {
        double const value = parse<double>(lines, entries[j]);
        if (!std::isfinite(value)) lines.fail(fmt::format("\"{}\" is not finite", entries[j]));
        row(static_cast<Index>(j)) = value;
    }
}

} // namespace

std::vector<Matrix> parse_unmixing_text(std::string_view text, std::string_view name)
{
    LineReader lines(text, name);
    auto const shape = parse_shape(lines);
    std::vector<Matrix> unmixing;
    for (long long k = 0; k < shape.domains; ++k) {
        // A header that promises far too much is found out before its memory is asked for: a number takes two
        // characters.
        if (static_cast<std::size_t>(shape.factors * shape.benchmarks) > lines.remaining() / 2 + 65'536)
            lines.fail(fmt::format("the file ends within block {}", k + 1));
        Matrix matrix(shape.factors, shape.benchmarks);
        for (Index i = 0; i < matrix.rows(); ++i) parse_row(lines, matrix.row(i));
        unmixing.push_back(std::move(matrix));
    }
    if (lines.next()) lines.fail("a line too many");
    return unmixing;
}

std::string format_unmixing_text(std::vector<Matrix> const& unmixing)
{
    std::string text;
    if (unmixing.empty()) return text;
    text += fmt::format("{} {} {}\n", unmixing.size(), unmixing.front().rows(), unmixing.front().cols());
    for (auto const& matrix : unmixing)
        for (Index i = 0; i < matrix.rows(); ++i)
            for (Index j = 0; j < matrix.cols(); ++j)
                text += fmt::format("{}{}", matrix(i, j), j + 1 < matrix.cols() ? ' ' : '\n');
    return text;
}

} // namespace exahca
