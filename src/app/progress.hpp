#pragma once

#include <chrono>
#include <cstdint>
#include <string>

namespace exahca {

/// Progress of a run on standard error: a bar on a terminal, else lines with time, share and time left.
///
/// Under mpirun and Slurm rank 0 may see a terminal that is none, so a launcher means lines.
class Progress
{
  public:
    /// \param what  "estimates", "replicates"
    Progress(std::string what, bool on_terminal);

    /// \param done, total  in a unit that is proportional to time
    void update(double done, double total, std::int64_t tasks_done, std::int64_t tasks_total, int ranks);
    void finish(std::int64_t tasks_done, std::int64_t tasks_total, int ranks);

  private:
    using Clock = std::chrono::steady_clock;

    [[nodiscard]] double seconds() const { return std::chrono::duration<double>(Clock::now() - start_).count(); }

    std::string what_;
    bool on_terminal_;
    bool printed_ = false;
    Clock::time_point start_ = Clock::now();
    double next_print_ = 0;
};

/// "00:41", "1:02:03".
[[nodiscard]] std::string clock_text(double seconds);

} // namespace exahca
