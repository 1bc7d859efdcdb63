// What is made of independent searches, in pieces: the same to the last bit however they are shared out.

#include "estimate/noise_finish.hpp"

#include "estimate/noise_crossover.hpp"
#include "estimate/noise_turns.hpp"
#include "exahca/core/error.hpp"
#include "exahca/model/flag.hpp"
#include "support/joint_simulation.hpp"
#include "support/noise_options.hpp"

#include <gtest/gtest.h>

#include <algorithm>
#include <numeric>

namespace exahca {
namespace {

/// Few models: optima are many, and their sources leave something to gain.
class NoiseFinishes : public ::testing::Test
{
protected:
    static JointOptions options()
    {
        auto options = noise_aware(2, DensityFamily::mog2);
        options.starts = 3;
        options.searches = 3;
        options.last_restarts = 40; // more than a block
        return options;
    }

    [[nodiscard]] std::vector<NoiseSearch> searched(int count) const
    {
        std::vector<NoiseSearch> searches;
        auto one = options();
        for (int i = 0; i < count; ++i) {
            one.search_index = static_cast<std::uint64_t>(i);
            searches.push_back(search_noise_aware(data_, simulation_.names, one));
        }
        return searches;
    }

    [[nodiscard]] FinishReply done(FinishPiece const& piece) const
    {
        return do_finish_piece(data_, simulation_.names, options(), piece);
    }

    /// \param travelling  whether pieces and replies do so as messages
    [[nodiscard]] CountedOptima finished(std::span<NoiseSearch const> searches, bool backwards, bool travelling) const
    {
        NoiseFinish finish(searches, options());
        double share = 0;
        while (!finish.ended()) {
            auto const pieces = finish.pieces();
            for (std::size_t i = 0; i < pieces.size(); ++i) {
                auto const at = backwards ? pieces.size() - 1 - i : i;
                bool const last = finish.take(at, travelling ? read_finish_reply(write_finish_reply(done(
                                                                   read_finish_piece(write_finish_piece(pieces[at])))))
                                                             : done(pieces[at]));
                EXPECT_EQ(last, i + 1 == pieces.size());
                EXPECT_GE(finish.share(), share);
                share = finish.share();
            }
        }
        EXPECT_EQ(finish.share(), 1);
        return finish.take_optima();
    }

    JointSimulation simulation_ = simulate_joint(11, 2, 5, {45, 36}, 3);
    NoiseData data_ = noise_data(simulation_.scores, {});
};

Bytes bytes_of(CountedOptima const& optima)
{
    ByteWriter writer;
    put(writer, optima);
    return writer.take();
}

/// Falling, each flag once, by comparing all pairs.
CountedOptima apart(CountedOptima optima, double degrees)
{
    std::stable_sort(optima.begin(), optima.end(),
                     [](auto const& a, auto const& b) { return a.first.fit.penalised() > b.first.fit.penalised(); });
    for (std::size_t i = 0; i < optima.size(); ++i)
        for (std::size_t j = i + 1; j < optima.size();) {
            if (!flags_agree(optima[i].first.unmixing, optima[j].first.unmixing, degrees)) {
                ++j;
                continue;
            }
            optima[i].second += optima[j].second;
            optima.erase(optima.begin() + static_cast<std::ptrdiff_t>(j));
        }
    return optima;
}

std::size_t contender_count(CountedOptima const& optima)
{
    std::size_t count = 0;
    while (count < optima.size() && count < static_cast<std::size_t>(most_contenders) &&
           optima[count].first.fit.penalised() >= optima[0].first.fit.penalised() - contending)
        ++count;
    return count;
}

TEST_F(NoiseFinishes, come_to_what_one_step_after_the_other_gives)
{
    auto const searches = searched(3);
    auto const degrees = options().same_flag_degrees;
    CountedOptima optima;
    std::vector<NoiseOptimum> all;
    for (auto const& search : searches)
        for (std::size_t i = 0; i < search.optima.size(); ++i) {
            optima.emplace_back(search.optima[i], search.fits[i]);
            all.push_back(search.optima[i]);
        }
    optima = apart(std::move(optima), degrees);
    for (std::size_t i = 0, count = contender_count(optima); i < count; ++i)
        optima[i].first = cross(data_, optima[i].first, all, degrees);
    optima = apart(std::move(optima), degrees);
    auto const best = optima[0].first;
    for (int turn = 0; turn < turn_count(2); ++turn)
        if (auto turned = fit_turned(data_, best, turn)) optima.emplace_back(std::move(*turned), 1);
    optima = apart(std::move(optima), degrees);
    bool gained = false;
    for (std::size_t i = 0, count = contender_count(optima); i < count; ++i) {
        double const before = optima[i].first.fit.penalised();
        optima[i].first = restart_shapes(data_, optima[i].first, simulation_.names, options(),
                                         {options().last_restarts, "last shapes"});
        gained = gained || optima[i].first.fit.penalised() > before;
    }
    EXPECT_TRUE(gained); // otherwise the case shows little
    EXPECT_GT(contender_count(optima), 1U);
    auto const expected = bytes_of(apart(std::move(optima), degrees));
    EXPECT_EQ(bytes_of(finished(searches, false, false)), expected);
    EXPECT_EQ(bytes_of(finished(searches, true, true)), expected);
}

TEST_F(NoiseFinishes, hop_where_there_are_more_searches_than_were_asked_for)
{
    auto const searches = searched(4);
    std::span const all(searches);
    NoiseFinish const few(all.first(3), options()), many(all, options());
    EXPECT_FALSE(few.pieces()[0].hops);
    EXPECT_TRUE(many.pieces()[0].hops);
    EXPECT_GE(done(many.pieces()[0]).optima[0].first.fit.penalised(),
              done(few.pieces()[0]).optima[0].first.fit.penalised());
}

TEST_F(NoiseFinishes, have_nothing_to_do_after_one_search)
{
    auto const searches = searched(1);
    NoiseFinish finish(searches, options());
    EXPECT_TRUE(finish.ended());
    auto const optima = finish.take_optima();
    ASSERT_EQ(optima.size(), searches[0].optima.size());
    EXPECT_EQ(optima[0].first.fit.penalised(), searches[0].optima[0].fit.penalised());
}

TEST_F(NoiseFinishes, damaged_messages_are_refused)
{
    auto const searches = searched(2);
    auto const piece = NoiseFinish(searches, options()).pieces()[0];
    auto message = write_finish_piece(piece);
    EXPECT_EQ(write_finish_piece(read_finish_piece(message)), message);
    message[0] = static_cast<std::byte>(FinishStep::ended);
    EXPECT_THROW(static_cast<void>(read_finish_piece(message)), InvalidInput);
    message = write_finish_piece(piece);
    message.pop_back();
    EXPECT_THROW(static_cast<void>(read_finish_piece(message)), InvalidInput);
    auto reply = write_finish_reply({piece.optima, {}});
    reply.pop_back();
    EXPECT_THROW(static_cast<void>(read_finish_reply(reply)), InvalidInput);
    NoiseFinish finish(searches, options());
    EXPECT_THROW(finish.take(0, {}), InvalidInput); // no optimum at all
}

TEST_F(NoiseFinishes, pieces_of_other_data_are_refused)
{
    auto piece = NoiseFinish(searched(2), options()).pieces()[0];
    piece.step = FinishStep::restarts;
    piece.block = {2, 0, 0, 1}; // there are two domains
    EXPECT_THROW(static_cast<void>(done(piece)), InvalidInput);
    piece.block.domain = 0;
    piece.turn = turn_count(2); // one too many
    EXPECT_THROW(static_cast<void>(done(piece)), InvalidInput);
    piece.turn = 0;
    piece.optima[0].first.fit.parameters.mixing.pop_back();
    EXPECT_THROW(static_cast<void>(done(piece)), InvalidInput);
}

} // namespace
} // namespace exahca
