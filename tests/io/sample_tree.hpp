#pragma once

#include "exahca/results/data_tree.hpp"

#include <limits>

namespace exahca {

/// One of everything that a results file may hold: each type, scalars, empty tables, inherited and bare dimensions.
inline DataGroup sample_tree()
{
    DataGroup root;
    root.attributes = {{"filetype", std::string("sample")},
                       {"format_version", std::vector<std::int64_t>{1, 2}},
                       {"exahca_version", std::string("0.1.0")},
                       {"Conventions", std::string("CF-1.10")},
                       {"complete", std::int64_t{1}},
                       {"tolerance", 2.5e-8},
                       {"note", std::string("")},
                       {"seventh", std::int64_t{7}},
                       {"eighth", std::int64_t{8}},
                       {"a comment", std::string("日本語 <script>")}};
    root.add({"benchmark", {"benchmark"}, {3}, std::vector<std::string>{"IFEval", "日本語", ""}, "", "names"});
    root.add({"seed", {}, {}, std::vector<std::int64_t>{1LL << 52}, "1", "a scalar integer"});
    root.add({"title", {}, {}, std::vector<std::string>{"a scalar text"}, "", ""});
    auto& estimate = root.group("estimate").group("published");
    estimate.add({"mic", {"order"}, {2}, std::vector<double>{0.0392, 0.042}, "1", "largest inexactness"});
    estimate.add({"order", {"order"}, {2}, std::vector<std::int32_t>{0, 1}, "1", "rank of the order"});
    estimate.add({"unmixing",
                  {"order", "level", "benchmark"},
                  {2, 2, 3},
                  std::vector<double>{1, 2, 3, 4, 5, std::numeric_limits<double>::quiet_NaN(), 7, 8, 9, 10, 11, 12},
                  "1",
                  "H"});
    estimate.add({"proved", {"order"}, {2}, std::vector<std::int8_t>{1, 0}, "1", "whether it is proved"});
    auto& failures = root.group("failures");
    failures.add({"task", {"failure"}, {0}, std::vector<std::int64_t>{}, "1", "number of the task"});
    failures.add({"reason", {"failure"}, {0}, std::vector<std::string>{}, "", "why it failed"});
    failures.add({"value", {"failure", "benchmark"}, {0, 3}, std::vector<double>{}, "percent", "an empty table"});
    root.group("empty");
    return root;
}

} // namespace exahca
