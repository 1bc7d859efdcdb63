#include "exahca/parallel/signals.hpp"

#include "exahca/core/error.hpp"

#include <array>
#include <atomic>
#include <cerrno>
#include <csignal>
#include <stdexcept>
#include <unistd.h>

namespace exahca {
namespace {

constexpr std::array handled{SIGUSR1, SIGTERM, SIGINT};
constexpr int patience = 2; // signals after which the process no longer waits

// A handler gets no argument of ours: these are the only globals, and a handler may touch nothing else.
std::atomic<StopFlag*> target{nullptr};
std::atomic<int> first_signal{0};
std::atomic<int> signals{0};
std::array<struct sigaction, handled.size()> earlier;

static_assert(std::atomic<StopFlag*>::is_always_lock_free && std::atomic<int>::is_always_lock_free);

extern "C" void exahca_request_stop(int signal)
{
    int const saved_errno = errno;
    int none = 0;
    first_signal.compare_exchange_strong(none, signal);
    if (signals.fetch_add(1) >= patience) ::_exit(static_cast<int>(ExitStatus::resumable));
    if (auto* const flag = target.load()) flag->request();
    errno = saved_errno;
}

} // namespace

SignalHandlers::SignalHandlers(StopFlag& flag)
{
    StopFlag* nobody = nullptr;
    if (!target.compare_exchange_strong(nobody, &flag)) throw std::logic_error("signals are already being handled");
    first_signal = 0;
    signals = 0;
    struct sigaction action = {};
    action.sa_handler = exahca_request_stop;
    ::sigemptyset(&action.sa_mask);
    action.sa_flags = SA_RESTART; // files are read and written on as if nothing had happened
    for (std::size_t i = 0; i < handled.size(); ++i) ::sigaction(handled[i], &action, &earlier[i]);
}

SignalHandlers::~SignalHandlers()
{
    for (std::size_t i = 0; i < handled.size(); ++i) ::sigaction(handled[i], &earlier[i], nullptr);
    target = nullptr;
}

int SignalHandlers::received() const noexcept { return first_signal.load(); }

char const* SignalHandlers::received_name() const noexcept
{
    switch (received()) {
    case SIGUSR1:
        return "SIGUSR1";
    case SIGTERM:
        return "SIGTERM";
    case SIGINT:
        return "SIGINT";
    default:
        return "";
    }
}

} // namespace exahca
