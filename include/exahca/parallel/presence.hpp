#pragma once

#include <functional>
#include <optional>
#include <string>
#include <vector>

namespace exahca {

/// Seconds between two words of a rank that says now and then that it is there. Beyond 1,000 ranks each speaks less
/// often, so that with `alive_seconds` of 2 rank 0 hears at most 500 words a second.
[[nodiscard]] double seconds_between_words(double alive_seconds, int ranks);
/// How long a rank may be silent: `lost_seconds`, and longer by as much as four words of it come later.
[[nodiscard]] double longest_silence(double lost_seconds, double alive_seconds, int ranks);

/// How long ranks may be silent while others wait for them in a collective call, in seconds.
struct PresenceLimits
{
    double alive_seconds = 2; ///< how often a rank that waits says so, of up to 1,000 ranks
    double lost_seconds = 20; ///< a rank that waited and has not said so for this long is lost
    /// The same for one that has gone on, or has said nothing yet: it may be reading or writing large files.
    double away_seconds = 6 * 3600.0;
};

/// Who is heard of while ranks wait for each other in collective calls.
///
/// A collective call cannot tell a rank that is on its way from one that is gone for good. So ranks that wait say so
/// now and then, the others to rank 0 and rank 0 to all, and say when they go on. A rank is lost when its last word was
/// that it waits and no further one comes. Knows nothing of MPI; times are seconds of a clock that does not go back,
/// counted from wherever.
class Presence
{
public:
    enum class Word { waits, goes_on };
    struct Lost
    {
        int rank = 0;
        double seconds = 0; ///< how long it has been silent while this rank waited
    };

    Presence(int rank, int size, PresenceLimits const& limits = {});

    /// A collective call begins to wait.
    void begin_wait(double now);
    /// \param source  rank 0, or on rank 0 any other; words of others are no news
    void hear(int source, Word word, double now);
    /// Called again and again while it waits. Where more time lies between two calls than ranks are silent for, this
    /// process was stopped, as a suspended job is: what the others said meanwhile may still be under way, and silence
    /// counts from now. \returns whether this rank has to say that it waits: once every interval()
    [[nodiscard]] bool has_to_speak(double now);
    /// The call is over. \returns whether this rank has to say that it goes on
    [[nodiscard]] bool end_wait();
    /// The first rank that is lost: of rank 0's others, or rank 0.
    [[nodiscard]] std::optional<Lost> lost(double now) const;
    /// Seconds between two words of a rank.
    [[nodiscard]] double interval() const { return seconds_between_words(limits_.alive_seconds, size_); }
    /// Calls `send` for each rank that this one speaks to.
    void to_listeners(std::function<void(int rank)> const& send) const;

private:
    struct State
    {
        Word last = Word::goes_on;
        double heard = 0;
    };
    [[nodiscard]] double limit_of(State const& state) const;

    int rank_, size_;
    PresenceLimits limits_;
    std::vector<State> others_;    ///< by rank on rank 0; on others rank 0's alone
    double began_ = 0, spoke_ = 0; ///< silence counts from the first
    double looked_ = 0;            ///< last call of has_to_speak
    bool said_so_ = false;
};

/// What a rank that gives up says: problem, reason and remedy, in that order.
/// \param host  of the lost rank; may be empty
[[noreturn]] void throw_lost(Presence::Lost const& lost, std::string const& host);

} // namespace exahca
