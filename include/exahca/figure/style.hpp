#pragma once

#include <string_view>

namespace exahca {

/// The palette as custom properties: Okabe and Ito's colours, told apart by readers with any common colour blindness,
/// lightened on dark pages; print is always light.
extern std::string_view const colour_style;

/// Classes of drawings.
extern std::string_view const drawing_style;

/// Layout of the page.
extern std::string_view const page_style;

} // namespace exahca
