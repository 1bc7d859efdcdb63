#include "messages.hpp"

#include "exahca/core/error.hpp"
#include "exahca/estimate/dataset.hpp"
#include "exahca/search/instance_text.hpp"

#include <algorithm>

namespace exahca {
namespace {

[[noreturn]] void refuse(std::string problem)
{
    throw InvalidInput(std::move(problem), "its sender runs another version, or it was damaged",
                       "start all ranks from one binary");
}

bool read_choice(ByteReader& reader)
{
    auto const value = reader.get<std::uint8_t>();
    if (value > 1) refuse("a message between ranks holds a choice that is neither yes nor no");
    return value == 1;
}

/// One order of a search, which has to be a candidate: whoever gets it uses its rows as indices.
RankedOrder read_ranked_order(ByteReader& reader, int domains, int levels)
{
    RankedOrder ranked;
    auto const count = reader.get<std::uint64_t>();
    for (std::uint64_t k = 0; k < count; ++k) ranked.order.rows.push_back(reader.get_vector<int>());
    ranked.value = reader.get<double>();
    ranked.inexactness = reader.get_vector<double>();
    if (!is_candidate_order(ranked.order, domains, levels) ||
        ranked.inexactness.size() != static_cast<std::size_t>(domains))
        refuse("a message between ranks holds an order that does not fit the search");
    return ranked;
}

} // namespace

Bytes write_plan(Experiment const& experiment, std::map<std::string, std::vector<std::int64_t>> const& rows,
                 std::int64_t models, ColumnFacts const& facts)
{
    ByteWriter writer;
    experiment.write(writer);
    write_rows(writer, rows);
    writer.put(models);
    write_column_facts(writer, facts);
    return writer.take();
}

SharedPlan read_plan(std::span<std::byte const> message)
{
    ByteReader reader(message);
    auto experiment = Experiment::read(reader);
    auto rows = read_rows(reader);
    auto const models = reader.get<std::int64_t>();
    auto facts = read_column_facts(reader);
    reader.expect_end();
    for (auto const& [domain, of_domain] : rows)
        if (!std::is_sorted(of_domain.begin(), of_domain.end()) ||
            (!of_domain.empty() && (of_domain.front() < 0 || of_domain.back() >= models)))
            refuse("a message between ranks names rows that the score matrix has not");
    return {std::move(experiment), std::move(rows), models, std::move(facts)};
}

void write_search_result(ByteWriter& writer, SearchResult const& result)
{
    writer.put(static_cast<std::uint64_t>(result.best.size()));
    for (auto const& ranked : result.best) {
        writer.put(static_cast<std::uint64_t>(ranked.order.rows.size()));
        for (auto const& rows : ranked.order.rows) writer.put_span(std::span<int const>(rows));
        writer.put(ranked.value);
        writer.put_span(std::span<double const>(ranked.inexactness));
    }
    writer.put(result.outcome);
    writer.put(result.lower_bound);
    writer.put(result.tuples_visited);
    writer.put(result.start_tuples);
    writer.put(result.effort);
    writer.put(result.peak_frontier_bytes);
    writer.put(static_cast<std::uint8_t>(result.ties_cut));
}

SearchResult read_search_result(ByteReader& reader, int domains, int levels)
{
    SearchResult result;
    auto const orders = reader.get<std::uint64_t>();
    for (std::uint64_t i = 0; i < orders; ++i) result.best.push_back(read_ranked_order(reader, domains, levels));
    result.outcome = reader.get<SearchOutcome>();
    if (result.outcome < SearchOutcome::optimum_proven || result.outcome > SearchOutcome::stopped)
        refuse("a message between ranks holds an unknown outcome of a search");
    result.lower_bound = reader.get<double>();
    result.tuples_visited = reader.get<std::int64_t>();
    result.start_tuples = reader.get<std::int64_t>();
    result.effort = reader.get<std::int64_t>();
    result.peak_frontier_bytes = reader.get<std::int64_t>();
    result.ties_cut = read_choice(reader);
    return result;
}

Bytes write_pilot_verdict(PilotVerdict const& verdict)
{
    ByteWriter writer;
    writer.put(static_cast<std::uint8_t>(verdict.worth_distributing));
    write_search_result(writer, verdict.known);
    return writer.take();
}

PilotVerdict read_pilot_verdict(std::span<std::byte const> message, int domains, int levels)
{
    ByteReader reader(message);
    bool const worth_distributing = read_choice(reader);
    auto known = read_search_result(reader, domains, levels);
    reader.expect_end();
    return {worth_distributing, std::move(known)};
}

std::vector<TaskRecord> read_estimates(std::span<std::byte const> message, Experiment const& experiment)
{
    ByteReader reader(message);
    std::vector<TaskRecord> estimates;
    for (std::size_t s = 0; s < experiment.settings().size(); ++s) {
        auto record = TaskRecord::read(reader);
        auto const& layout = experiment.layout(SettingId(static_cast<std::int64_t>(s)), ReplicateKind::estimate);
        if (record.values.size() != (record.status == TaskStatus::done ? layout.size() : 0))
            refuse("a message between ranks holds an estimate that does not fit its setting");
        estimates.push_back(std::move(record));
    }
    reader.expect_end();
    return estimates;
}

Bytes write_start_orders(std::vector<std::vector<std::int64_t>> const& orders)
{
    ByteWriter writer;
    for (auto const& ranks : orders) writer.put_span(std::span<std::int64_t const>(ranks));
    return writer.take();
}

std::vector<std::vector<std::int64_t>> read_start_orders(std::span<std::byte const> message, std::size_t settings)
{
    ByteReader reader(message);
    std::vector<std::vector<std::int64_t>> orders;
    for (std::size_t s = 0; s < settings; ++s) {
        orders.push_back(reader.get_vector<std::int64_t>());
        if (std::any_of(orders.back().begin(), orders.back().end(),
                        [](auto rank) { return rank < 0 || rank >= most_landscape_orders; }))
            refuse("a message between ranks holds the rank of no order");
    }
    reader.expect_end();
    return orders;
}

Bytes write_given_matrices(GivenMatrices const& given)
{
    ByteWriter writer;
    writer.put_string(format_unmixing_text(given.unmixing));
    writer.put_span(std::span<double const>(given.sizes));
    return writer.take();
}

GivenMatrices read_given_matrices(std::span<std::byte const> message)
{
    ByteReader reader(message);
    GivenMatrices given;
    given.unmixing = parse_unmixing_text(reader.get_string(), "matrices from rank 0");
    given.sizes = reader.get_vector<double>();
    reader.expect_end();
    return given;
}

} // namespace exahca
