// Estimates that are done in pieces, by one rank or several.

#include "exahca/work/estimate_sharing.hpp"

#include "exahca/core/error.hpp"
#include "exahca/estimate/joint_pieces.hpp"
#include "exahca/estimate/noise_search.hpp"
#include "exahca/simulate/simulator.hpp"
#include "support/joint_simulation.hpp"

#include <gtest/gtest.h>

#include <algorithm>
#include <cmath>
#include <cstring>
#include <deque>

namespace exahca {
namespace {

constexpr std::uint8_t done = 0, stopped = 1;

/// A source of pieces of one estimate, and what it has handed out.
struct HandedOut
{
    SettingId setting{3};
    EstimatePieceSource source{{{setting, thorough({})}}};
    std::vector<Bytes> chunks;

    void take_all()
    {
        while (auto chunk = source.next_chunk({})) chunks.push_back(*chunk);
    }
    [[nodiscard]] PieceId piece(std::size_t i) const
    {
        ByteReader reader(chunks[i]);
        static_cast<void>(reader.get<SettingId>());
        auto const kind = reader.get<PieceKind>();
        return {kind, reader.get<std::int32_t>()};
    }
    void reply(std::size_t i, std::uint8_t status, Bytes const& message, std::vector<InterimSearch> const& interim = {})
    {
        ByteWriter writer;
        writer.put(setting);
        writer.put(piece(i).kind);
        writer.put(piece(i).number);
        writer.put(status);
        writer.put_span(std::span<std::byte const>(message));
        write_interim(writer, interim);
        source.absorb(writer.take(), 0);
    }
};

Bytes search_that_ended_at(double value)
{
    static auto const found = [] {
        auto const simulation = simulate_joint(7, 2, 4, {100, 80}, 2);
        JointOptions options;
        options.noise = NoiseModel::aware;
        options.factors = 2;
        options.density = DensityFamily::mog2;
        options.starts = 4;
        return search_noise_aware(noise_data(simulation.scores, {}), simulation.names, options);
    }();
    auto search = found;
    search.optima[0].fit.log_likelihood = value + search.optima[0].fit.penalty;
    return write_noise_search(search);
}

TEST(EstimatePieces, are_handed_out_once_and_again_when_stopped)
{
    HandedOut pieces;
    pieces.take_all();
    ASSERT_EQ(pieces.chunks.size(), independent_searches + 2U);
    EXPECT_EQ(pieces.piece(0), (PieceId{PieceKind::search, 0})); // what takes long comes first
    EXPECT_EQ(pieces.piece(4), (PieceId{PieceKind::all_models, 0}));
    EXPECT_EQ(pieces.piece(5), (PieceId{PieceKind::exact_scores, 0}));
    pieces.reply(0, stopped, {}); // before it knew anything
    EXPECT_TRUE(pieces.source.interim().empty());
    EXPECT_EQ(pieces.source.next_chunk({}), pieces.chunks[0]);
    pieces.reply(1, stopped, {}, {{Objective::mic, SearchOutcome::optimum_proven, 0.5, 0.5, {1, 0}}}); // later
    ASSERT_EQ(pieces.source.interim().at(pieces.setting).size(), 1U);
    EXPECT_EQ(pieces.source.interim().at(pieces.setting)[0].value, 0.5);
    pieces.reply(5, stopped, {});
    EXPECT_EQ(pieces.source.next_chunk({}), pieces.chunks[1]);
    EXPECT_EQ(pieces.source.next_chunk({}), pieces.chunks[5]);
    EXPECT_FALSE(pieces.source.next_chunk({}).has_value());
    for (std::size_t i = 0; i < pieces.chunks.size(); ++i)
        pieces.reply(i, done, i == 2 || i > 3 ? Bytes{} : search_that_ended_at(-100)); // the third has failed
    EXPECT_EQ(pieces.source.detail(), "4 independent searches, searches put together");
    EXPECT_EQ(pieces.source.interim().at(pieces.setting).size(), 2U); // what a search that is over knew
    auto const gathering = pieces.source.next_chunk({});
    ASSERT_TRUE(gathering);
    EXPECT_FALSE(pieces.source.next_chunk({}).has_value());
    pieces.chunks.push_back(*gathering);
    pieces.reply(6, stopped, {});
    EXPECT_EQ(pieces.source.next_chunk({}), gathering);
    EXPECT_FALSE(pieces.source.finished());
    pieces.reply(6, done, {}); // it has failed: the estimate does it all
    EXPECT_TRUE(pieces.source.finished());
    auto const found = pieces.source.found();
    EXPECT_EQ(read_shared_estimates(write_shared_estimates(found)), found);
    EXPECT_EQ(found.at(pieces.setting).searches[1], search_that_ended_at(-100));
    EXPECT_TRUE(found.at(pieces.setting).optima.empty());
    auto message = write_shared_estimates(found);
    message.pop_back();
    EXPECT_THROW(static_cast<void>(read_shared_estimates(message)), InvalidInput);
}

TEST(EstimatePieces, searches_are_twice_as_many_where_one_alone_found_the_best)
{
    HandedOut pieces;
    pieces.take_all();
    std::size_t const first = independent_searches;
    for (std::size_t i = 0; i < first; ++i) pieces.reply(i, done, search_that_ended_at(i == 1 ? -100 : -104.5));
    auto const before = pieces.chunks.size();
    pieces.take_all();
    ASSERT_EQ(pieces.chunks.size(), before + first);
    EXPECT_EQ(pieces.source.detail(), "4 of 8 independent searches");
    for (std::size_t i = before; i < before + first; ++i) {
        EXPECT_EQ(pieces.piece(i).kind, PieceKind::search);
        pieces.reply(i, done, search_that_ended_at(-200.0)); // that is enough
    }
    pieces.take_all();
    ASSERT_EQ(pieces.chunks.size(), before + first + 1);
    EXPECT_EQ(pieces.piece(before + first).kind, PieceKind::finish);
    EXPECT_EQ(std::ssize(pieces.source.found().at(pieces.setting).searches), most_independent_searches);
}

TEST(EstimatePieces, end_where_no_search_has_found_anything)
{
    HandedOut pieces;
    pieces.take_all();
    for (std::size_t i = 0; i < pieces.chunks.size(); ++i) pieces.reply(i, done, {});
    EXPECT_TRUE(pieces.source.finished());
    EXPECT_FALSE(pieces.source.next_chunk({}).has_value());
}

TEST(EstimatePieces, replies_and_chunks_that_are_none_are_refused)
{
    HandedOut pieces;
    pieces.take_all();
    pieces.setting = SettingId(4);
    EXPECT_THROW(pieces.reply(0, done, {}), InvalidInput);
    pieces.setting = SettingId(3);
    pieces.chunks[0][sizeof(SettingId)] = std::byte{4}; // no kind
    EXPECT_THROW(pieces.reply(0, done, {}), InvalidInput);
    EXPECT_FALSE(worth_sharing(1, 1));
    EXPECT_TRUE(worth_sharing(3, 2));
    EXPECT_FALSE(worth_sharing(4, 2));
}

/// A search of one setting on few models, by the program's own tasks.
struct SmallSearch
{
    SmallSearch(ScoreMatrix given, Screening screening)
        : scores(std::move(given)), experiment({setting_of(scores, screening)}, {}, 3, scores.benchmarks),
          dataset({scores.scores.data(), scores.scores.rows(), scores.scores.cols()}, rows_by_domain(scores),
                  column_facts(scores))
    {
    }
    static Setting setting_of(ScoreMatrix const& scores, Screening screening)
    {
        Setting setting{.domains = scores.truth->domains, .factors = 2};
        setting.noise = NoiseModel::aware;
        setting.screening = screening;
        setting.density = DensityFamily::mog2;
        setting.starts = 2;
        return setting;
    }
    [[nodiscard]] Setting const& setting() const { return experiment.setting(SettingId(0)); }
    [[nodiscard]] TaskRecord estimate(TaskRunner& runner) const
    {
        return runner.compute(experiment.id_of({SettingId(0), ReplicateKind::estimate, 0}));
    }

    ScoreMatrix scores;
    Experiment experiment;
    Dataset dataset;
};

SimulationOptions few_models(double missing)
{
    SimulationOptions options;
    options.design = Design::base;
    options.sizes = {50, 40};
    options.factors = 2;
    options.missing = missing;
    return options;
}

/// With a model that screening leaves out and scores that are missing: both comparisons take a search of their own.
ScoreMatrix with_gaps()
{
    auto scores = simulate(few_models(0.02));
    scores.scores.row(0).setConstant(0.5);
    return scores;
}

/// Has the pieces done by several runners, the last that was handed out first, and some of them twice.
EstimatePieces done_by(std::deque<TaskRunner>& runners, EstimatePieceSource& source)
{
    StopFlag const go_on;
    StopFlag stop;
    stop.request();
    std::size_t turn = 0;
    while (!source.finished()) {
        std::vector<Bytes> chunks;
        while (auto chunk = source.next_chunk({})) chunks.push_back(*chunk);
        for (; !chunks.empty(); chunks.pop_back()) {
            EstimatePieceRunner runner(runners[turn++ % runners.size()]);
            source.absorb(runner.run(chunks.back(), turn % 5 == 0 ? stop : go_on), 0);
        }
    }
    return source.found().at(SettingId(0));
}

void expect_same(TaskRecord const& a, TaskRecord const& b)
{
    EXPECT_EQ(a.status, TaskStatus::done) << a.reason;
    EXPECT_EQ(a.reason, b.reason);
    ASSERT_EQ(a.values.size(), b.values.size());
    EXPECT_EQ(std::memcmp(a.values.data(), b.values.data(), a.values.size() * sizeof(double)), 0); // NaN, too
}

TEST(EstimatePieces, done_by_anybody_in_any_order_give_the_estimate_of_one_rank)
{
    SmallSearch const small(with_gaps(), Screening::fit);
    TaskRunner alone(small.experiment, small.dataset);
    auto const expected = small.estimate(alone);
    std::deque<TaskRunner> runners;
    for (int i = 0; i < 3; ++i) runners.emplace_back(small.experiment, small.dataset);
    EstimatePieceSource source({{SettingId(0), estimate_effort(small.setting())}});
    auto const found = done_by(runners, source);
    EXPECT_FALSE(found.optima.empty());
    EXPECT_FALSE(found.all_models.empty());
    EXPECT_FALSE(found.exact_scores.empty());
    auto const estimate_of = [&](EstimatePieces const& pieces) {
        TaskRunner runner(small.experiment, small.dataset);
        runner.set_estimate_pieces(SettingId(0), pieces);
        return small.estimate(runner);
    };
    expect_same(estimate_of(found), expected);
    // What failed elsewhere is done by whoever computes the estimate.
    EstimatePieces some = found;
    some.searches[1].clear();
    some.optima.clear();
    some.all_models.clear();
    some.exact_scores.clear();
    expect_same(estimate_of(some), expected);
}

TEST(EstimatePieces, that_nobody_needs_are_empty)
{
    SmallSearch const small(simulate(few_models(0)), Screening::share); // none is left out, all are exact
    TaskRunner runner(small.experiment, small.dataset);
    EXPECT_FALSE(runner.estimate_piece(SettingId(0), {PieceKind::search, 0}, {}).found.value().empty());
    for (auto const kind : {PieceKind::all_models, PieceKind::exact_scores}) {
        auto const reply = runner.estimate_piece(SettingId(0), {kind, 0}, {});
        ASSERT_TRUE(reply.found.has_value());
        EXPECT_TRUE(reply.found->empty());
    }
}

} // namespace
} // namespace exahca
