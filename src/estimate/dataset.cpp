#include "exahca/estimate/dataset.hpp"

#include "exahca/core/error.hpp"
#include "exahca/model/item_noise.hpp"

#include <fmt/format.h>

namespace exahca {

namespace {

void write_vector(ByteWriter& writer, Vector const& vector)
{
    writer.put_span(std::span<double const>(vector.data(), static_cast<std::size_t>(vector.size())));
}

Vector read_vector(ByteReader& reader)
{
    auto const values = reader.get_vector<double>();
    return Eigen::Map<Vector const>(values.data(), std::ssize(values));
}

void check_facts(ColumnFacts const& facts, Index benchmarks)
{
    auto const& [bounds, items] = facts;
    if (bounds.floor.size() != benchmarks || bounds.ceiling.size() != benchmarks ||
        !(bounds.floor.array() < bounds.ceiling.array()).all())
        throw InvalidInput(fmt::format("the bounds do not fit {} benchmarks", benchmarks));
    auto const fit = [&](std::vector<double> const& values) {
        return values.empty() || std::ssize(values) == benchmarks;
    };
    if (items.count.size() != items.share.size() || !fit(items.count) || !fit(items.chance) || !fit(items.full))
        throw InvalidInput(fmt::format("the numbers of items do not fit {} benchmarks", benchmarks));
}

} // namespace

ColumnFacts column_facts(ScoreMatrix const& matrix)
{
    return {bounds_of(matrix), with_full_scores(matrix.items, matrix.scores)};
}

Dataset::Dataset(Scores scores, std::map<std::string, std::vector<std::int64_t>> rows, ColumnFacts facts)
    : scores_(scores), rows_(std::move(rows)), facts_(std::move(facts))
{
    if (facts_.bounds.floor.size() == 0 && facts_.bounds.ceiling.size() == 0) facts_.bounds = no_bounds(scores_.cols());
    check_facts(facts_, scores_.cols());
    for (auto const& [name, domain_rows] : rows_)
        for (auto const row : domain_rows)
            if (row < 0 || row >= scores_.rows()) throw InvalidInput(fmt::format("domain {} names row {}", name, row));
}

std::vector<std::int64_t> const& Dataset::rows(std::string const& domain) const
{
    auto const found = rows_.find(domain);
    if (found == rows_.end()) throw InvalidInput(fmt::format("no domain \"{}\"", domain));
    return found->second;
}

std::int64_t Dataset::models(std::string const& domain) const { return static_cast<std::int64_t>(rows(domain).size()); }

Matrix Dataset::domain(std::string const& domain) const
{
    auto const& domain_rows = rows(domain);
    Matrix scores(static_cast<Index>(domain_rows.size()), scores_.cols());
    for (Index j = 0; j < scores.cols(); ++j)
        for (Index i = 0; i < scores.rows(); ++i) scores(i, j) = scores_(domain_rows[static_cast<std::size_t>(i)], j);
    return scores;
}

Matrix Dataset::resampled(std::string const& domain, std::span<std::int64_t const> positions) const
{
    auto const& domain_rows = rows(domain);
    Matrix scores(static_cast<Index>(positions.size()), scores_.cols());
    for (Index j = 0; j < scores.cols(); ++j)
        for (Index i = 0; i < scores.rows(); ++i)
            scores(i, j) = scores_(domain_rows.at(static_cast<std::size_t>(positions[static_cast<std::size_t>(i)])), j);
    return scores;
}

std::map<std::string, std::vector<std::int64_t>> rows_by_domain(ScoreMatrix const& matrix)
{
    std::map<std::string, std::vector<std::int64_t>> rows;
    for (std::size_t i = 0; i < matrix.base_models.size(); ++i)
        if (!matrix.base_models[i].empty()) rows[matrix.base_models[i]].push_back(static_cast<std::int64_t>(i));
    return rows;
}

void write_rows(ByteWriter& writer, std::map<std::string, std::vector<std::int64_t>> const& rows)
{
    writer.put(static_cast<std::uint64_t>(rows.size()));
    for (auto const& [name, domain_rows] : rows) {
        writer.put_string(name);
        writer.put_span(std::span<std::int64_t const>(domain_rows));
    }
}

std::map<std::string, std::vector<std::int64_t>> read_rows(ByteReader& reader)
{
    std::map<std::string, std::vector<std::int64_t>> rows;
    auto const count = reader.get<std::uint64_t>();
    for (std::uint64_t i = 0; i < count; ++i) {
        auto name = reader.get_string();
        rows[std::move(name)] = reader.get_vector<std::int64_t>();
    }
    return rows;
}

void write_column_facts(ByteWriter& writer, ColumnFacts const& facts)
{
    write_vector(writer, facts.bounds.floor);
    write_vector(writer, facts.bounds.ceiling);
    for (auto const* values : {&facts.items.count, &facts.items.share, &facts.items.chance, &facts.items.full})
        writer.put_span(std::span<double const>(*values));
}

ColumnFacts read_column_facts(ByteReader& reader)
{
    ColumnFacts facts;
    facts.bounds.floor = read_vector(reader);
    facts.bounds.ceiling = read_vector(reader);
    for (auto* values : {&facts.items.count, &facts.items.share, &facts.items.chance, &facts.items.full})
        *values = reader.get_vector<double>();
    return facts;
}

} // namespace exahca
