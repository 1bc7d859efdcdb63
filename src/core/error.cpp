#include "exahca/core/error.hpp"

#include "exahca/core/spelling.hpp"

namespace exahca {
namespace {

std::string compose(std::string_view problem, std::string_view why, std::string_view remedy)
{
    std::string text(problem);
    if (!why.empty()) text.append(" (").append(why).append(")");
    if (!remedy.empty()) text.append(": ").append(remedy);
    // Names that a file brings along may hold what would break the line.
    return in_one_line(text);
}

} // namespace

Error::Error(ExitStatus status, std::string_view problem, std::string_view why, std::string_view remedy)
    : std::runtime_error(compose(problem, why, remedy)), status_(status)
{
}

} // namespace exahca
