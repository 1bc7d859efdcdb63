#include "exahca/numerics/chi_squared.hpp"

#include <boost/math/special_functions/gamma.hpp>

namespace exahca {

double chi_squared_tail(double x, double degrees) { return boost::math::gamma_q(degrees / 2, x / 2); }

} // namespace exahca
