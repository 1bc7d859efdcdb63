#include "exahca/io/results_file.hpp"

#include "exahca/io/tree_file.hpp"
#include "exahca/results/results.hpp"

#include <cstdint>
#include <map>

namespace exahca {

void check_lengths(DataGroup const& group)
{
    std::map<std::string, std::int64_t> lengths;
    for (auto const& variable : group.variables)
        for (std::size_t i = 0; i < variable.dims.size(); ++i)
            if (auto const [known, added] = lengths.emplace(variable.dims[i], variable.shape[i]);
                !added && known->second != variable.shape[i])
                throw InvalidInput("dataset \"" + variable.name + "\" has the wrong shape",
                                   "others say another length of dimension \"" + variable.dims[i] + "\"",
                                   "make the file again");
    for (auto const& [name, subgroup] : group.groups) check_lengths(subgroup);
}

DataGroup read_results_file(std::string const& path)
{
    auto results = read_tree(path);
    check_file_kind(results, path, "exahca-results", results_format, oldest_results_major);
    naming(path, [&] { check_lengths(results); });
    return results;
}

} // namespace exahca
