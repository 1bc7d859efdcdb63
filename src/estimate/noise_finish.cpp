#include "noise_finish.hpp"

#include "exahca/core/check.hpp"
#include "exahca/core/error.hpp"
#include "exahca/model/flag.hpp"
#include "noise_crossover.hpp"
#include "noise_hops.hpp"
#include "noise_turns.hpp"

#include <algorithm>
#include <cmath>

namespace exahca {
namespace {

constexpr int hops = 120;               // about the best optimum, where searches disagree
constexpr int block_size = 32;          // restarts of a piece: some hundredths of a second
constexpr auto purpose = "last shapes"; // of the random numbers of restarts

/// Falling again, and one for each flag: optima that were raised may have become others, or have come before them.
void put_in_order(CountedOptima& optima, double degrees)
{
    std::stable_sort(optima.begin(), optima.end(),
                     [](auto const& a, auto const& b) { return a.first.fit.penalised() > b.first.fit.penalised(); });
    CountedOptima apart;
    for (auto& [optimum, fits] : optima) {
        auto const same = std::find_if(apart.begin(), apart.end(), [&, &flag = optimum.unmixing](auto const& other) {
            return flags_agree(other.first.unmixing, flag, degrees);
        });
        if (same != apart.end())
            same->second += fits;
        else
            apart.emplace_back(std::move(optimum), fits);
    }
    optima = std::move(apart);
}

/// How many of the optima, the best first, better densities of their sources could bring before the others.
std::size_t contender_count(CountedOptima const& optima)
{
    // The list falls, so those within `contending` of the best come first; at most most_contenders of them.
    double const least = optima[0].first.fit.penalised() - contending;
    auto const behind = std::find_if(optima.begin(), optima.end(),
                                     [&](auto const& other) { return other.first.fit.penalised() < least; });
    return static_cast<std::size_t>(std::min<std::ptrdiff_t>(most_contenders, behind - optima.begin()));
}

/// The searches' optima apart by flag. Domains are carried over to the best of them, which may change places; where
/// searches disagree, optima are many and rough, and higher ones are looked for around the best.
CountedOptima gather(NoiseData const& data, JointOptions const& options, FinishPiece const& piece)
{
    auto optima = piece.optima;
    put_in_order(optima, options.same_flag_degrees);
    // From all searches, doubles by flag included: another fit of the same flag may have a domain higher.
    std::vector<NoiseOptimum> all;
    for (auto const& [optimum, fits] : piece.optima) all.push_back(optimum);
    for (std::size_t i = 0, count = contender_count(optima); i < count; ++i)
        optima[i].first = cross(data, std::move(optima[i].first), all, options.same_flag_degrees);
    put_in_order(optima, options.same_flag_degrees);
    if (!piece.hops) return optima;
    optima[0].first = hop(data, std::move(optima[0].first), hops, options);
    put_in_order(optima, options.same_flag_degrees);
    return optima;
}

CountedOptima one_or_none(std::optional<NoiseOptimum> optimum, int fits)
{
    CountedOptima optima;
    if (optimum) optima.emplace_back(std::move(*optimum), fits);
    return optima;
}

/// Messages hold what was computed from the same scores, so what does not fit together comes from elsewhere.
void expect_piece_of(NoiseData const& data, JointOptions const& options, FinishPiece const& piece)
{
    auto const domains = data.domains.size();
    auto const& block = piece.block;
    auto const fits = [&](NoiseParameters const& parameters, std::size_t count) {
        return parameters.domains() == count && parameters.loadings.rows() == data.deviations.size();
    };
    // Everything that is used as an index or a size is checked here, once.
    bool good = !piece.optima.empty() && piece.turn >= 0 && piece.turn < std::max(1, turn_count(options.factors)) &&
                block.domain < domains && block.pass >= 0 && block.first >= 0 && block.last <= options.last_restarts;
    for (auto const& [optimum, count] : piece.optima) good = good && fits(optimum.fit.parameters, domains);
    for (auto const& candidate : piece.candidates) good = good && candidate.domain < domains && fits(candidate.part, 1);
    if (!good)
        throw InvalidInput("a piece of an estimate is of other data than its setting", "ranks run different versions",
                           "start all ranks from one binary");
}

} // namespace

FinishReply do_finish_piece(NoiseData const& data, std::span<std::string const> names, JointOptions const& options,
                            FinishPiece const& piece)
{
    expect_piece_of(data, options, piece);
    auto const& [optimum, fits] = piece.optima[0];
    FinishReply reply;
    // A function of data, options and piece alone: whichever rank does it, the bits are the same.
    switch (piece.step) {
    case FinishStep::gathering:
        reply.optima = gather(data, options, piece);
        break;
    case FinishStep::turns:
        reply.optima = one_or_none(fit_turned(data, optimum, piece.turn), 1);
        break;
    case FinishStep::restarts: {
        SourceRestarts const restarts{options.last_restarts, purpose};
        auto best = best_new_sources(data, optimum.fit.parameters, names, options, restarts, piece.block);
        if (best) reply.candidates.push_back(std::move(*best));
        break;
    }
    case FinishStep::climbs:
        reply.optima = one_or_none(climb(data, optimum, piece.candidates), fits);
        break;
    case FinishStep::ended:
        break;
    }
    return reply;
}

// All optima of all searches go into the first piece, doubles included: gathering sorts them out.
NoiseFinish::NoiseFinish(std::span<NoiseSearch const> searches, JointOptions const& options)
    : degrees_(options.same_flag_degrees), restarts_(options.last_restarts)
{
    EXAHCA_EXPECT(!searches.empty());
    CountedOptima all;
    for (auto const& search : searches)
        for (std::size_t i = 0; i < search.optima.size(); ++i) all.emplace_back(search.optima[i], search.fits[i]);
    // One search alone has done its own restarts; the optima stay as they are.
    if (searches.size() == 1) {
        optima_ = std::move(all);
        end();
        return;
    }
    FinishPiece piece;
    piece.optima = std::move(all);
    // More searches than asked for have been done only where the first ones disagreed.
    piece.hops = std::ssize(searches) > options.searches;
    begin(FinishStep::gathering, {std::move(piece)});
}

void NoiseFinish::begin(FinishStep step, std::vector<FinishPiece> pieces)
{
    step_ = step;
    pieces_ = std::move(pieces);
    replies_.assign(pieces_.size(), std::nullopt);
    missing_ = pieces_.size();
    for (auto& piece : pieces_) piece.step = step;
    // A step without pieces (one factor has no turns) is over at once.
    if (pieces_.empty() && step != FinishStep::ended) go_on();
}

bool NoiseFinish::take(std::size_t piece, FinishReply reply)
{
    EXAHCA_EXPECT(!replies_.at(piece).has_value());
    if (step_ == FinishStep::gathering && reply.optima.empty())
        throw InvalidInput("a message holds no optimum of any search", "its sender runs another version",
                           "start all ranks from one binary");
    // Replies come in any order and are used in the order of the pieces.
    replies_[piece] = std::move(reply);
    if (--missing_ > 0) return false;
    go_on();
    return true;
}

/// From a step whose replies are all there to the next one.
void NoiseFinish::go_on()
{
    switch (step_) {
    case FinishStep::gathering:
        optima_ = std::move(replies_[0]->optima);
        return begin_turns();
    case FinishStep::turns:
        take_turns();
        return begin_restarts();
    case FinishStep::restarts:
        return begin_climbs();
    case FinishStep::climbs:
        take_climbs();
        return begin_restarts();
    case FinishStep::ended:
        return;
    }
}

void NoiseFinish::begin_turns()
{
    std::vector<FinishPiece> pieces(static_cast<std::size_t>(turn_count(optima_[0].first.fit.parameters.factors())));
    for (std::size_t i = 0; i < pieces.size(); ++i) {
        // Other flags of the best optimum's span only.
        pieces[i].optima = {optima_[0]};
        pieces[i].turn = static_cast<int>(i);
    }
    begin(FinishStep::turns, std::move(pieces));
}

void NoiseFinish::take_turns()
{
    for (auto& reply : replies_)
        for (auto& turned : reply->optima) optima_.push_back(std::move(turned));
    // A turn that has led to a known flag raises it where it is higher; one that has come to another is an optimum of
    // its own.
    put_in_order(optima_, degrees_);
    contenders_.clear();
    if (restarts_ == 0) return;
    for (std::size_t i = 0, count = contender_count(optima_); i < count; ++i) contenders_.push_back(i);
}

/// Of all contenders that have gained something by the pass before.
void NoiseFinish::begin_restarts()
{
    std::vector<FinishPiece> pieces;
    for (auto const contender : contenders_) {
        auto const& optimum = optima_[contender];
        for (std::size_t k = 0; k < optimum.first.fit.parameters.domains(); ++k)
            for (int first = 0; first < restarts_; first += block_size) {
                FinishPiece piece;
                piece.optima = {optimum};
                piece.block = {k, pass_, first, std::min(first + block_size, restarts_)};
                pieces.push_back(std::move(piece));
            }
    }
    if (pieces.empty() || pass_ == most_source_passes) return end();
    begin(FinishStep::restarts, std::move(pieces));
}

void NoiseFinish::begin_climbs()
{
    std::vector<FinishPiece> pieces;
    std::vector<std::size_t> climbing;
    std::size_t next = 0; // reply: in the order of the pieces
    for (auto const contender : contenders_) {
        FinishPiece piece;
        piece.optima = {optima_[contender]};
        std::size_t const domains = piece.optima[0].first.fit.parameters.domains();
        for (std::size_t k = 0; k < domains; ++k) {
            // Blocks in their order, so the best of a domain is that of one block of all.
            std::optional<SourceCandidate> best;
            for (int first = 0; first < restarts_; first += block_size)
                for (auto& candidate : replies_[next++]->candidates)
                    best = better_of(std::move(best), std::move(candidate));
            if (best) piece.candidates.push_back(std::move(*best));
        }
        // No domain has sources near or above what it had: this contender is done.
        if (piece.candidates.empty()) continue;
        pieces.push_back(std::move(piece));
        climbing.push_back(contender);
    }
    contenders_ = std::move(climbing);
    begin(FinishStep::climbs, std::move(pieces));
}

/// Who has gained nothing is done.
void NoiseFinish::take_climbs()
{
    std::vector<std::size_t> higher;
    for (std::size_t i = 0; i < contenders_.size(); ++i) {
        auto& found = replies_[i]->optima;
        if (found.empty()) continue;
        // In its place: indices of other contenders must stay. `end` sorts.
        optima_[contenders_[i]] = std::move(found[0]);
        higher.push_back(contenders_[i]);
    }
    contenders_ = std::move(higher);
    ++pass_;
}

void NoiseFinish::end()
{
    put_in_order(optima_, degrees_);
    begin(FinishStep::ended, {});
}

double NoiseFinish::share() const
{
    constexpr double gathered = 0.05, turned = 0.25, restarted = 0.8; // of all, of all, and of a pass
    double const done =
        pieces_.empty() ? 1 : static_cast<double>(pieces_.size() - missing_) / static_cast<double>(pieces_.size());
    // How many passes there will be is not known: each takes half of what is left.
    auto const after_passes = [](double passes) { return turned + (1 - turned) * (1 - std::pow(0.5, passes)); };
    switch (step_) {
    case FinishStep::gathering:
        return gathered * done;
    case FinishStep::turns:
        return gathered + (turned - gathered) * done;
    case FinishStep::restarts:
        return after_passes(pass_ + restarted * done);
    case FinishStep::climbs:
        return after_passes(pass_ + restarted + (1 - restarted) * done);
    case FinishStep::ended:
        break;
    }
    return 1;
}

std::string_view describe(FinishStep step)
{
    switch (step) {
    case FinishStep::gathering:
        return "searches put together";
    case FinishStep::turns:
        return "turns of the flag";
    case FinishStep::restarts:
        return "densities of the sources";
    case FinishStep::climbs:
        return "fits with new densities";
    case FinishStep::ended:
        break;
    }
    return "optima found";
}

} // namespace exahca
