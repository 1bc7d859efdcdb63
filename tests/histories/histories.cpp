// Histories of a simulated cluster, each from one seed: see history.hpp and docs/contributing.md.
//
//   histories                      the first 500
//   histories --count N --first S  N from seed S on; every one that breaks a promise is named
//   histories --seed S             one again, with all that happens in it

#include "histories/history.hpp"

#include <charconv>
#include <cstdio>
#include <ctime>
#include <fmt/format.h>
#include <map>
#include <optional>
#include <string_view>
#include <vector>

namespace {

using namespace exahca::histories;

// Most histories keep their trees in memory; these write HDF5 files.
constexpr std::uint64_t hdf5_every = 100;

Files files_of(std::uint64_t seed) { return seed % hdf5_every == 0 ? Files::hdf5 : Files::quick; }

int replay(Problems const& problems, std::uint64_t seed)
{
    auto const history = run_history(problems, {.seed = seed, .files = files_of(seed), .print_notes = true});
    fmt::print("{}", history.account);
    for (auto const& broken : history.broken) fmt::print("seed {}: {}\n", seed, broken);
    fmt::print("{} launches, {:.1f} simulated seconds, trace {:016x}\n", history.launches, history.seconds,
               history.trace);
    return history.broken.empty() ? 0 : 1;
}

int run_all(Problems const& problems, std::uint64_t first, std::uint64_t count)
{
    std::uint64_t broken = 0;
    std::int64_t launches = 0;
    double seconds = 0;
    for (auto seed = first; seed < first + count; ++seed) {
        auto const history = run_history(problems, {.seed = seed, .files = files_of(seed)});
        launches += history.launches;
        seconds += history.seconds;
        if (history.broken.empty()) continue;
        ++broken;
        fmt::print("seed {}: {}\n", seed, history.broken[0]);
        std::fflush(stdout);
    }
    fmt::print("{} histories of {} launches and {:.0f} simulated hours, {:.1f} s of processor time: {} broken\n", count,
               launches, seconds / 3600, static_cast<double>(std::clock()) / CLOCKS_PER_SEC, broken);
    if (broken > 0) fmt::print("To see one again: histories --seed SEED\n");
    return broken > 0 ? 1 : 0;
}

struct Wanted
{
    std::uint64_t seed = 0; ///< 0: many
    std::uint64_t first = 1;
    std::uint64_t count = 500;
};

/// Nothing for options that there are not.
std::optional<Wanted> read_options(std::vector<std::string_view> const& words)
{
    Wanted wanted;
    std::map<std::string_view, std::uint64_t*> const options{
        {"--seed", &wanted.seed}, {"--first", &wanted.first}, {"--count", &wanted.count}};
    if (words.size() % 2 != 0) return std::nullopt;
    for (std::size_t i = 0; i < words.size(); i += 2) {
        auto const option = options.find(words[i]);
        auto const text = words[i + 1];
        if (option == options.end()) return std::nullopt;
        auto const [end, error] = std::from_chars(text.data(), text.data() + text.size(), *option->second);
        if (error != std::errc{} || end != text.data() + text.size()) return std::nullopt;
    }
    return wanted;
}

} // namespace

int main(int argc, char** argv)
{
    auto const wanted = read_options({argv + 1, argv + argc});
    if (!wanted) {
        fmt::print(stderr, "usage: histories [--seed S] | [--first S] [--count N]\n");
        return 2;
    }
    Problems const problems;
    return wanted->seed != 0 ? replay(problems, wanted->seed) : run_all(problems, wanted->first, wanted->count);
}
