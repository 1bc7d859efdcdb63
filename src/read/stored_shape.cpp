#include "stored_shape.hpp"

#include "exahca/core/error.hpp"

#include <algorithm>
#include <array>
#include <fmt/format.h>

namespace exahca {

void check_shapes(DataGroup const& estimate, RecordLayout const& layout)
{
    // Of these, programs of other versions list other numbers.
    constexpr std::array lists{"order", "optimum"};
    for (auto const& field : layout.fields()) {
        auto const* variable = estimate.find(field.name);
        if (variable == nullptr) continue;
        bool fits = variable->dims == field.dims;
        for (std::size_t i = 0; fits && i < field.dims.size(); ++i)
            fits = variable->shape[i] == field.shape[i] ||
                   std::find(lists.begin(), lists.end(), field.dims[i]) != lists.end();
        if (!fits)
            throw InvalidInput(fmt::format("dataset \"{}\" has the wrong shape", field.name),
                               "it does not fit its setting", "make the file again");
    }
}

std::size_t row_width(Variable const& table)
{
    if (table.shape.size() < 2 || table.shape.back() < 1)
        throw InvalidInput(fmt::format("dataset \"{}\" has the wrong shape", table.name), "it is no table of rows",
                           "make the file again");
    return static_cast<std::size_t>(table.shape.back());
}

std::string const& benchmark_at(std::vector<std::string> const& benchmarks, std::int64_t index)
{
    if (index < 0 || index >= std::ssize(benchmarks))
        throw InvalidInput(fmt::format("benchmark number {} is named, and there are {}", index, benchmarks.size()),
                           "the file was changed", "make it again");
    return benchmarks[static_cast<std::size_t>(index)];
}

std::string outcome_text(std::int64_t outcome, bool of_flags)
{
    std::array const texts{"optimum proven", of_flags ? "cell limit" : "tuple limit", "time limit",
                           "stopped",        "cells too small to divide remain",      "no proof was tried"};
    return outcome >= 0 && outcome < static_cast<std::int64_t>(texts.size()) ? texts[static_cast<std::size_t>(outcome)]
                                                                             : "unknown";
}

std::string objective_text(Setting const& setting)
{
    if (setting.estimator == Estimator::joint || combining(setting.objective) == Objective::mic) return "MIC";
    return combining(setting.objective) == Objective::mean ? "mean" : "weighted mean";
}

} // namespace exahca
