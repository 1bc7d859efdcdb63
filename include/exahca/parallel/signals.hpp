#pragma once

#include "exahca/core/stop_flag.hpp"

namespace exahca {

/// While it lives, SIGUSR1, SIGTERM and SIGINT request a stop instead of ending the process. One at a time, in main(),
/// after the session has started MPI.
///
/// Sticky: a second signal asks to stop sooner (StopFlag::requests()), a third ends this process at once with status
/// 75; snapshots replace their predecessors in one step and survive that. The earlier handlers come back with the
/// destructor.
class SignalHandlers
{
public:
    /// \throws std::logic_error  when another one lives
    explicit SignalHandlers(StopFlag& flag);
    SignalHandlers(SignalHandlers const&) = delete;
    SignalHandlers& operator=(SignalHandlers const&) = delete;
    ~SignalHandlers();

    /// Number of the first signal that arrived; 0 for none.
    [[nodiscard]] int received() const noexcept;
    /// Its name, such as "SIGUSR1"; empty for none.
    [[nodiscard]] char const* received_name() const noexcept;
};

} // namespace exahca
