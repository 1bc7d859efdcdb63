#pragma once

#include <stdexcept>
#include <string>
#include <string_view>

namespace exahca {

/// Exit status of a rank. Part of the command line's contract; never 128 or more, never negative.
enum class ExitStatus : int {
    done = 0,           ///< everything asked for was computed
    internal_error = 1, ///< a bug
    usage = 2,          ///< wrong options or wrong launch
    input = 3,          ///< an input file is bad or does not fit the options
    output = 4,         ///< the results could not be written
    failed_tasks = 5,   ///< done, but some tasks failed; the results name them
    lost_ranks = 6,     ///< done, but without ranks that went silent; or rank 0 itself went silent
    resumable = 75,     ///< stopped early; continue with --resume
};

/// Base of every error that a user can cause or mend.
///
/// The text has one form everywhere: "problem (why): what to do". `why` and `remedy` may be empty.
class Error : public std::runtime_error
{
public:
    Error(ExitStatus status, std::string_view problem, std::string_view why, std::string_view remedy);

    /// The status with which every rank leaves.
    [[nodiscard]] ExitStatus status() const noexcept { return status_; }

private:
    ExitStatus status_;
};

/// Options that do not fit together, or a launch that cannot work (status 2).
class UsageError : public Error
{
public:
    explicit UsageError(std::string_view problem, std::string_view why = {}, std::string_view remedy = {})
        : Error(ExitStatus::usage, problem, why, remedy)
    {
    }
};

/// A file or a matrix that cannot be used (status 3). Name the file and the place in `problem`.
class InvalidInput : public Error
{
public:
    explicit InvalidInput(std::string_view problem, std::string_view why = {}, std::string_view remedy = {})
        : Error(ExitStatus::input, problem, why, remedy)
    {
    }
};

/// Ranks that are not heard of any more (status 6).
class RanksLost : public Error
{
public:
    explicit RanksLost(std::string_view problem, std::string_view why = {}, std::string_view remedy = {})
        : Error(ExitStatus::lost_ranks, problem, why, remedy)
    {
    }
};

/// Results that cannot be written (status 4).
class OutputError : public Error
{
public:
    explicit OutputError(std::string_view problem, std::string_view why = {}, std::string_view remedy = {})
        : Error(ExitStatus::output, problem, why, remedy)
    {
    }
};

/// A computation that its data do not allow: a singular domain, an iteration that does not converge.
///
/// Inside a task it becomes a record with a reason, never an abort.
class NumericalFailure : public std::runtime_error
{
public:
    using std::runtime_error::runtime_error;
};

} // namespace exahca
