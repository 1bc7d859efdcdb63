#pragma once

#include <cstddef>
#include <span>
#include <string>
#include <vector>

namespace exahca {

/// Which of some models, all fine-tuned from one base model, is that base model itself, told by names alone.
///
/// A model counts whose name, or what stands behind its last "/", is spelled as the base model's (spelling_key),
/// perhaps with the first word of its owner before it: "meta-llama/Meta-Llama-3-8B" is llama-3-8b. Copies often have
/// the same name: where several different models count, those whose names begin with a word of their owner's come
/// first, as in "Qwen/Qwen2.5-14B".
///
/// \return places of the models that count, in their order: none, those of one name, or those of several when names do
///         not tell which it is
[[nodiscard]] std::vector<std::size_t> base_rows(std::string const& base_model, std::span<std::string const> models);

} // namespace exahca
