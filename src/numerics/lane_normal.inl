// The normal distribution below a bound, four bounds at a time. After lane_math.inl, under its rules.

// Mills' ratio (1 - Phi(y)) / phi(y) for y >= 0; relative error below 1e-15 up to infinity.
//
// With t = (y - 6)/(y + 6), which takes [0, infinity] to [-1, 1], (y + 6) times the ratio is a smooth function of
// t: 7.52 at -1, 1 at 1. Interpolated at the 24 Chebyshev points, in 60 digits, and rewritten in powers of t; the next
// Chebyshev coefficients are 2e-17 and less. 6 makes them fall fastest.
EXAHCA_LANE_INLINE Lanes mills_ratio(Lanes y)
{
    Lanes const inverse = 1.0 / (y + 6.0);
    Lanes const t = 1.0 - 12.0 * inverse;
    Lanes const t2 = t * t;
    Lanes const t4 = t2 * t2;
    Lanes const p0 = (1.9485319307624096 - t * 1.7571690543441034) + t2 * (1.4261935116084095 - t * 1.0375024310762269);
    Lanes const p4 =
        (0.67171182149933861 - t * 0.38271258667108282) + t2 * (0.1884280492789322 - t * 0.077668667932429755);
    Lanes const p8 =
        (0.025141031961711489 - t * 0.0053431420503881949) + t2 * (8.2393149260135429e-05 + t * 0.0004546040301123416);
    Lanes const p12 = (-0.00016230984621805881 + t * 2.6931392658514741e-06) +
                      t2 * (1.7036845815654614e-05 - t * 4.5049251077697975e-06);
    Lanes const p16 = (-1.0766772253203714e-06 + t * 7.7018277566398832e-07) +
                      t2 * (1.7188030631684245e-08 - t * 1.032793292873713e-07);
    Lanes const p20 = (7.0779352500458165e-09 + t * 1.1861686741645176e-08) +
                      t2 * (-9.0189887065335728e-10 - t * 8.8167320492060175e-10);
    return (p0 + t4 * (p4 + t4 * (p8 + t4 * (p12 + t4 * (p16 + t4 * p20))))) * inverse;
}

// Phi(u) = exp(exponent) mass and phi(u) = exp(exponent) density, so that nothing underflows. The exponent is -u^2/2
// below 0, and 0 above.
EXAHCA_LANE_INLINE Lanes exponent_below(Lanes u)
{
    Lanes const low = smaller(u, broadcast(0));
    return -0.5 * (low * low);
}

struct NormalBelow
{
    Lanes mass, density;
};

// A mass has a relative error below 1e-15, and is not a number where u is not one. A density does not fall below 1e-36:
// what is smaller counts nowhere, and products with it could leave the range of normal numbers.
EXAHCA_LANE_INLINE NormalBelow normal_below(Lanes u)
{
    double const peak = 0.39894228040143267794; // 1/sqrt(2 pi)
    Lanes const y = absolute(u);
    Lanes const bell = exponential_of_clipped(larger(-0.5 * (y * y), broadcast(-80.0)));
    Lanes const ratio = peak * mills_ratio(y);
    LaneBits const above = u > broadcast(0);
    return {select(above, 1.0 - bell * ratio, ratio), peak * select(above, bell, broadcast(1))};
}
