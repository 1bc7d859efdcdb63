#include "exahca/parallel/kernel_check.hpp"

#include <algorithm>
#include <fmt/format.h>
#include <fmt/ranges.h>
#include <map>
#include <variant>

namespace exahca {
namespace {

constexpr auto ranks_name = "kernel_fingerprint";
constexpr auto earlier_name = "earlier_kernel_fingerprints";
constexpr std::size_t most_named = 8;

} // namespace

std::string fingerprint_text(std::uint64_t fingerprint) { return fmt::format("{:016x}", fingerprint); }

std::vector<RankKernels> gather_kernels(Communicator& communicator, std::uint64_t own)
{
    ByteWriter writer;
    writer.put(own);
    writer.put_string(communicator.host());
    std::vector<RankKernels> kernels;
    for (auto const& message : communicator.gather(writer.take())) {
        ByteReader reader(message);
        RankKernels rank;
        rank.fingerprint = reader.get<std::uint64_t>();
        rank.host = reader.get_string();
        kernels.push_back(std::move(rank));
    }
    return kernels;
}

std::string differing_ranks(std::vector<RankKernels> const& kernels)
{
    std::vector<std::string> named;
    std::size_t count = 0;
    for (std::size_t rank = 1; rank < kernels.size(); ++rank) {
        if (kernels[rank].fingerprint == kernels[0].fingerprint) continue;
        if (++count <= most_named) named.push_back(fmt::format("{} on {}", rank, kernels[rank].host));
    }
    if (count == 0) return {};
    return fmt::format("rank{} {}{} compute{} other bits than rank 0 on {}", count == 1 ? "" : "s",
                       fmt::join(named, ", "),
                       count > most_named ? fmt::format(" and {} more", count - most_named) : "", count == 1 ? "s" : "",
                       kernels[0].host);
}

std::string differing_runs(std::vector<RankKernels> const& kernels, std::set<std::string> const& earlier)
{
    if (kernels.empty()) return {};
    auto const own = fingerprint_text(kernels[0].fingerprint);
    std::vector<std::string> other;
    for (auto const& print : earlier)
        if (print != own) other.push_back(print);
    if (other.empty()) return {};
    return fmt::format("the results so far were computed with other bits ({}) than rank 0 on {} computes ({})",
                       fmt::join(other, ", "), kernels[0].host, own);
}

void put_kernels(DataGroup& provenance, std::vector<RankKernels> const& kernels, std::set<std::string> const& earlier)
{
    if (!kernels.empty()) {
        std::vector<std::string> prints;
        for (auto const& rank : kernels) prints.push_back(fingerprint_text(rank.fingerprint));
        auto const count = static_cast<std::int64_t>(prints.size());
        provenance.add({ranks_name, {"rank"}, {count}, std::move(prints), "", "bits of each rank's numeric kernels"});
    }
    if (!earlier.empty()) provenance.attributes.emplace_back(earlier_name, fmt::format("{}", fmt::join(earlier, ",")));
}

std::set<std::string> stored_kernels(DataGroup const& results)
{
    std::set<std::string> prints;
    auto const* provenance = results.find_group("provenance");
    if (provenance == nullptr) return prints;
    if (auto const* variable = provenance->find(ranks_name))
        if (auto const* stored = std::get_if<std::vector<std::string>>(&variable->values))
            prints.insert(stored->begin(), stored->end());
    if (auto const* attribute = provenance->find_attribute(earlier_name))
        if (auto const* text = std::get_if<std::string>(attribute)) {
            std::size_t first = 0;
            while (first < text->size()) {
                auto const end = std::min(text->find(',', first), text->size());
                if (end > first) prints.insert(text->substr(first, end - first));
                first = end + 1;
            }
        }
    return prints;
}

} // namespace exahca
