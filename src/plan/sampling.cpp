#include "exahca/plan/sampling.hpp"

#include <algorithm>
#include <array>
#include <cmath>
#include <ctime>
#include <numeric>

namespace exahca {
namespace {

/// 95 % quantile of Student's t. Source: any table; beyond 30 degrees of freedom the normal one is within 4 %.
double student_quantile(std::size_t degrees)
{
    constexpr std::array table{6.314, 2.920, 2.353, 2.132, 2.015, 1.943, 1.895, 1.860, 1.833, 1.812,
                               1.796, 1.782, 1.771, 1.761, 1.753, 1.746, 1.740, 1.734, 1.729, 1.725,
                               1.721, 1.717, 1.714, 1.711, 1.708, 1.706, 1.703, 1.701, 1.699, 1.697};
    return degrees <= table.size() ? table[degrees - 1] : 1.697;
}

} // namespace

Range& Range::operator+=(Range const& other)
{
    low += other.low;
    middle += other.middle;
    high += other.high;
    return *this;
}

double thread_seconds()
{
    std::timespec time{};
    if (::clock_gettime(CLOCK_THREAD_CPUTIME_ID, &time) != 0) return 0;
    return static_cast<double>(time.tv_sec) + 1e-9 * static_cast<double>(time.tv_nsec);
}

Range mean_with_range(std::span<double const> samples)
{
    auto const n = static_cast<double>(samples.size());
    double const mean = std::accumulate(samples.begin(), samples.end(), 0.0) / n;
    if (samples.size() < 2) return {mean / 2, mean, mean * 2};
    double squares = 0;
    for (double const sample : samples) squares += (sample - mean) * (sample - mean);
    double const half = student_quantile(samples.size() - 1) * std::sqrt(squares / (n - 1) / n);
    return {std::max(0.0, mean - half), mean, mean + half};
}

double mirrored(std::size_t i)
{
    double value = 0, digit = 0.5;
    for (; i > 0; i /= 2, digit /= 2)
        if (i % 2 == 1) value += digit;
    return value;
}

} // namespace exahca
