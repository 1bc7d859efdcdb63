#include "exahca/model/base_rows.hpp"

#include "exahca/core/spelling.hpp"

#include <algorithm>
#include <string_view>

namespace exahca {
namespace {

using Key = std::u32string;

/// "owner/name": the key of the name, and of each word of its owner.
struct ModelName
{
    Key name;
    std::vector<Key> owner;
};

ModelName parts_of(std::string_view model)
{
    auto const slash = model.rfind('/');
    ModelName parts{spelling_key(model.substr(slash == model.npos ? 0 : slash + 1)), {}};
    if (slash == model.npos) return parts;
    auto owner = model.substr(0, slash);
    owner.remove_prefix(std::min(owner.size(), owner.rfind('/') + 1)); // npos + 1 is 0
    // Keys have no separators any more, so the words are told before.
    while (!owner.empty()) {
        auto const end = std::min(owner.find_first_of("-_ "), owner.size());
        if (end > 0) parts.owner.push_back(spelling_key(owner.substr(0, end)));
        owner.remove_prefix(std::min(owner.size(), end + 1));
    }
    return parts;
}

} // namespace

std::vector<std::size_t> base_rows(std::string const& base_model, std::span<std::string const> models)
{
    auto const wanted = spelling_key(base_model);
    std::vector<std::size_t> all, own;
    for (std::size_t i = 0; i < models.size(); ++i) {
        auto const model = parts_of(models[i]);
        // The name itself, the whole with its owner, or the name with the owner's first word before it
        // ("Meta-Llama-3-8B" of meta-llama).
        bool const is_named_so = model.name == wanted || spelling_key(models[i]) == wanted ||
                                 (!model.owner.empty() && model.name == model.owner.front() + wanted);
        if (!is_named_so) continue;
        all.push_back(i);
        if (std::any_of(model.owner.begin(), model.owner.end(),
                        [&](Key const& word) { return !word.empty() && model.name.starts_with(word); }))
            own.push_back(i);
    }
    // Where names of several owners match, those that begin with their owner's own word are the originals.
    return own.empty() ? all : own;
}

} // namespace exahca
