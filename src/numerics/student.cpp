#include "exahca/numerics/student.hpp"

#include <boost/math/distributions/students_t.hpp>
#include <cmath>

namespace exahca {

double student_quantile(double p, double degrees) { return boost::math::quantile(boost::math::students_t(degrees), p); }

double student_two_sided(double t, double degrees)
{
    // The complement keeps the digits of small probabilities.
    return 2 * boost::math::cdf(boost::math::complement(boost::math::students_t(degrees), std::abs(t)));
}

} // namespace exahca
