#pragma once

#include "exahca/core/error.hpp"
#include "exahca/io/csv_import.hpp"
#include "io/temporary_directory.hpp"

#include <string>

namespace exahca {

inline std::string const header = "model,base_model,IFEval,GPQA\n";

inline CsvImportResult import_text(std::string const& text, CsvImportOptions const& options = {})
{
    return import_csv_text(text, "leaderboard.csv", options);
}

inline std::string refusal(std::string const& text, CsvImportOptions const& options = {})
{
    return message_of<InvalidInput>([&] { (void)import_text(text, options); });
}

} // namespace exahca
