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

/// How long ranks may be silent, in seconds.
struct PresenceLimits
{
    double alive_seconds = 2; ///< how often a rank says that it is there, of up to 1,000 ranks
    double lost_seconds = 20; ///< one that has not said so for this long is lost
};

/// Which of the other ranks are there.
///
/// No call of MPI can tell a rank that is on its way from one that is gone for good. So ranks say now and then that
/// they are there, whatever they do: rank 0 to all, the others to rank 0. Knows nothing of MPI; times are seconds of a
/// clock that does not go back, counted from wherever.
class Presence
{
public:
    struct Lost
    {
        int rank = 0;
        double seconds = 0; ///< how long it has been silent
    };

    Presence(int rank, int size, PresenceLimits const& limits = {});

    /// \param source  rank 0, or on rank 0 any other; words of others are no news
    void hear(int source, double now);
    /// Called again and again, several times an interval. Where more time lies between two calls than ranks are silent
    /// for, this process was stopped, as a suspended job is: what the others said meanwhile may still be under way, and
    /// silence counts from now. \returns whether this rank has to speak: once every interval()
    [[nodiscard]] bool look(double now);
    /// The first rank that is lost: of rank 0's others, or rank 0.
    [[nodiscard]] std::optional<Lost> lost(double now) const;
    /// Seconds between two words of a rank.
    [[nodiscard]] double interval() const { return seconds_between_words(limits_.alive_seconds, size_); }
    [[nodiscard]] double alive_seconds() const { return limits_.alive_seconds; }
    /// Calls `send` for each rank that this one speaks to.
    void to_listeners(std::function<void(int rank)> const& send) const;

private:
    int rank_, size_;
    PresenceLimits limits_;
    std::vector<double> heard_; ///< by rank on rank 0; on others rank 0's alone
    double began_ = 0;          ///< silence counts from here
    double spoke_, looked_;     ///< last
};

/// What a rank that gives up says: problem, reason and remedy, in that order.
/// \param host  of the lost rank; may be empty
[[noreturn]] void throw_lost(Presence::Lost const& lost, std::string const& host);

} // namespace exahca
