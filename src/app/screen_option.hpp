#pragma once

#include "exahca/core/text_lists.hpp"
#include "exahca/estimate/setting.hpp"

namespace exahca {

/// One value of --screen: auto, off or a share. \throws UsageError  for anything else
[[nodiscard]] inline ScreenChoice parse_screen(std::string const& text)
{
    if (text == "auto") return {Screening::fit, 0};
    return {Screening::share, text == "off" ? 0.0 : parse_number<double>("screen", text)};
}

} // namespace exahca
