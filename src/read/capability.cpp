#include "exahca/read/capability.hpp"

#include "exahca/core/error.hpp"

#include <fmt/format.h>

namespace exahca {

CapabilityNames::CapabilityNames()
    : names_{{"MMLU-PRO", "general problem solving"},    {"MMLU", "general knowledge"},
             {"BBH", "general problem solving"},         {"IFEval", "instruction following"},
             {"MATH Lvl 5", "mathematical reasoning"},   {"MATH", "mathematical reasoning"},
             {"GSM8K", "grade-school mathematics"},      {"GPQA", "graduate-level science questions"},
             {"MUSR", "reasoning over long narratives"}, {"ARC", "grade-school science questions"},
             {"HellaSwag", "commonsense completion"},    {"TruthfulQA", "truthfulness"},
             {"Winogrande", "commonsense coreference"},  {"HumanEval", "code generation"}}
{
}

void CapabilityNames::add(std::string_view text)
{
    auto const equals = text.find('=');
    if (equals == text.npos || equals == 0 || equals + 1 == text.size())
        throw UsageError(fmt::format("--label {} has no benchmark and capability", text), {},
                         "write --label BENCHMARK=\"capability\"");
    names_[std::string(text.substr(0, equals))] = std::string(text.substr(equals + 1));
}

std::string CapabilityNames::of(std::string const& benchmark) const
{
    auto const found = names_.find(benchmark);
    return found == names_.end() ? std::string{} : found->second;
}

} // namespace exahca
