#pragma once

#include "import_findings.hpp"

#include <string>
#include <vector>

namespace exahca {

/// Names of the two files, as the user gave them.
struct ImportFiles
{
    std::string input;
    std::string output;
};

/// Lines on what was read, left out, missing and odd.
[[nodiscard]] std::string import_text(CsvImportResult const& result, ImportFindings const& findings,
                                      ImportFiles const& files);
/// The same as JSON.
[[nodiscard]] std::string import_json(CsvImportResult const& result, ImportFindings const& findings,
                                      ImportFiles const& files);

} // namespace exahca
