#pragma once

#include <string_view>

namespace exahca::io {

/// Whether these bytes are UTF-8 (RFC 3629: no surrogates, no overlong forms, at most U+10FFFF) without a zero byte.
bool is_utf8_text(std::string_view bytes);

} // namespace exahca::io
