#pragma once

#include "io/result_findings.hpp"

#include <nlohmann/json_fwd.hpp>
#include <string>

namespace exahca::io {

/// Takes the results of one object of the schema Every Eval Ever: `model_info` and `evaluation_results`.
/// \param file  for messages. \returns whether it is one. \throws InvalidInput  when it does not name its model
[[nodiscard]] bool take_every_eval(nlohmann::json const& content, std::string const& file, ResultFindings& findings);

} // namespace exahca::io
