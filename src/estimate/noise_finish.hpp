#pragma once

#include "exahca/core/bytes.hpp"
#include "exahca/estimate/joint_estimator.hpp"
#include "exahca/estimate/noise_search.hpp"
#include "noise_messages.hpp"
#include "noise_shapes.hpp"

#include <cstdint>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

namespace exahca {

/// Steps from what independent searches have found to the optima that an estimate is concluded from.
enum class FinishStep : std::uint8_t {
    gathering, ///< all searches' optima together; domains are carried over to the best, hops where searches disagree
    turns,     ///< other flags of the best optimum's span: a piece for each (noise_turns.hpp)
    restarts,  ///< new sources for the best optima: a piece for each, each domain and each block of restarts
    climbs,    ///< fits of the whole model from the best of these: a piece for each optimum; then restarts again
    ended
};

/// A part of a step that is done without the others: it holds all that it works on besides the data.
struct FinishPiece
{
    FinishStep step = FinishStep::gathering;
    CountedOptima optima;                    ///< gathering: of one search after the other; else the one worked on
    bool hops = false;                       ///< gathering: whether searches disagree
    int turn = 0;                            ///< turns: fit_turned
    SourceBlock block;                       ///< restarts
    std::vector<SourceCandidate> candidates; ///< climbs
};

/// What came of it.
struct FinishReply
{
    CountedOptima optima; ///< gathering: apart by flag, falling; turns, climbs: one, or none where nothing came of it
    std::vector<SourceCandidate> candidates; ///< restarts: one or none
};

/// A function of data, options and piece.
/// \param options  of the estimate
/// \throws InvalidInput  when the piece is of other data
[[nodiscard]] FinishReply do_finish_piece(NoiseData const& data, std::span<std::string const> names,
                                          JointOptions const& options, FinishPiece const& piece);

[[nodiscard]] Bytes write_finish_piece(FinishPiece const& piece);
[[nodiscard]] Bytes write_finish_reply(FinishReply const& reply);
/// \throws InvalidInput  for a damaged message
[[nodiscard]] FinishPiece read_finish_piece(std::span<std::byte const> message);
[[nodiscard]] FinishReply read_finish_reply(std::span<std::byte const> message);

/// The way through these steps. It decides which pieces are next and what becomes of their replies, and computes
/// nothing, so that it needs no data; an estimate goes the same way whoever does the pieces.
class NoiseFinish
{
public:
    /// \param searches  that have ended, in the order of their numbers; one or more. Of one there is nothing to do
    /// \param options   of the estimate
    NoiseFinish(std::span<NoiseSearch const> searches, JointOptions const& options);

    /// Of the step under way, in any order of work.
    [[nodiscard]] std::vector<FinishPiece> const& pieces() const { return pieces_; }
    /// \pre no other reply has come of this piece
    /// \return whether it was the last of the step: pieces() are those of the next one then
    bool take(std::size_t piece, FinishReply reply);

    [[nodiscard]] FinishStep step() const { return step_; }
    [[nodiscard]] bool ended() const { return step_ == FinishStep::ended; }
    /// Roughly how much is done, 0 to 1.
    [[nodiscard]] double share() const;
    /// Apart by flag, falling penalised likelihood. \pre ended
    [[nodiscard]] CountedOptima take_optima() { return std::move(optima_); }

private:
    void begin(FinishStep step, std::vector<FinishPiece> pieces);
    void go_on();
    void begin_turns();
    void begin_restarts();
    void begin_climbs();
    void take_turns();
    void take_climbs();
    void end();

    double degrees_; ///< below which flags are one
    int restarts_;   ///< of each domain of a contender in a pass
    FinishStep step_ = FinishStep::ended;
    CountedOptima optima_; ///< as they stand; `end` puts them in order a last time
    std::vector<FinishPiece> pieces_;
    std::vector<std::optional<FinishReply>> replies_; ///< of the pieces, in their order
    std::size_t missing_ = 0;                         ///< replies
    std::vector<std::size_t> contenders_; ///< among the optima, whose sources are restarted: all have gained so far
    int pass_ = 0;                        ///< of restarts
};

/// What a step is about, for those who watch: "turns of the flag".
[[nodiscard]] std::string_view describe(FinishStep step);

} // namespace exahca
