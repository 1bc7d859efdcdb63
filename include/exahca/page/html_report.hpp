#pragma once

#include "exahca/read/details.hpp"
#include "exahca/text/profiles.hpp"

#include <cstddef>
#include <string>
#include <vector>

namespace exahca {

/// A drawing of the report as a file of its own.
struct FigureFile
{
    std::string name; ///< file name, ending in .svg, safe on any file system
    std::string svg;
};

struct HtmlReport
{
    std::string page;                ///< one HTML file that refers to nothing outside itself and holds no script
    std::vector<FigureFile> figures; ///< in the order of the page
};

struct ReportOptions
{
    /// Settings told in full, the best by Overview::ranked; 0: all of a run without an overview, 5 with one.
    std::size_t settings = 0;
};

/// What the results hold of single models.
struct ReportModels
{
    std::vector<ProfileReport> profiles; ///< by setting
    std::vector<std::string> without;    ///< settings of which profiles could be stored and are not
    std::string file;                    ///< the results file, as the user names it
};

/// The page that tells people what was found and how far to trust it.
///
/// Names from the input are escaped; what the page claims rests on SettingSummary::settled and the warnings alone.
[[nodiscard]] HtmlReport html_report(Summary const& summary, RunDetails const& run, ReportOptions const& options = {},
                                     ReportModels const& models = {});

} // namespace exahca
