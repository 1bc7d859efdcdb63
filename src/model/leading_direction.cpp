#include "exahca/model/leading_direction.hpp"

#include <algorithm>
#include <cmath>
#include <cstddef>
#include <vector>

namespace exahca {
namespace {

constexpr int most_squarings = 12;
// With 1 - trace(M^2) <= e the part beside h is below e; the column of M^2 that is taken has it squared.
constexpr double certificate = 1e-9;
constexpr int most_fixed = 8;

// N = 0: the size is known at run time only. Both forms do the same operations in the same order.
template <int N>
struct Size
{
    int n;
    [[nodiscard]] constexpr int get() const { return N > 0 ? N : n; }
};

// trace(M^2) of a symmetric matrix, from its lower triangle.
template <int N>
double squared_norm(Size<N> size, double const* matrix)
{
    int const n = size.get();
    double diagonal = 0;
    double off = 0;
    for (int i = 0; i < n; ++i) {
        diagonal += matrix[i * n + i] * matrix[i * n + i];
        for (int j = 0; j < i; ++j) off += matrix[i * n + j] * matrix[i * n + j];
    }
    return diagonal + 2 * off;
}

// M M times `scale`. Both triangles are written, from one sum, so the result is exactly symmetric.
template <int N>
void square(Size<N> size, double const* matrix, double* result, double scale)
{
    int const n = size.get();
    for (int i = 0; i < n; ++i)
        for (int j = 0; j <= i; ++j) {
            double sum = 0;
            for (int l = 0; l < n; ++l) sum += matrix[i * n + l] * matrix[j * n + l];
            result[i * n + j] = result[j * n + i] = sum * scale;
        }
}

template <int N>
void normalise(Size<N> size, double* vector)
{
    double sum = 0;
    for (int i = 0; i < size.get(); ++i) sum += vector[i] * vector[i];
    double const scale = 1 / std::sqrt(sum);
    for (int i = 0; i < size.get(); ++i) vector[i] *= scale;
}

template <int N>
void multiply(Size<N> size, double const* matrix, double const* vector, double* result)
{
    int const n = size.get();
    for (int i = 0; i < n; ++i) {
        double sum = 0;
        for (int j = 0; j < n; ++j) sum += matrix[i * n + j] * vector[j];
        result[i] = sum;
    }
}

// The column of M^2 under the largest diagonal entry of M, unit length: one more squaring for the price of a product.
template <int N>
void largest_column_of_square(Size<N> size, double const* matrix, double* vector)
{
    int const n = size.get();
    int best = 0;
    for (int i = 1; i < n; ++i)
        if (matrix[i * n + i] > matrix[best * n + best]) best = i;
    multiply(size, matrix, matrix + best * n, vector);
    normalise(size, vector);
}

// One Jacobi rotation that clears entry (p, q); the columns of `vectors` follow.
void rotate(double* matrix, double* vectors, int n, int p, int q)
{
    double const apq = matrix[p * n + q];
    if (apq == 0) return;
    // The smaller of the two angles that clear the entry.
    double const theta = (matrix[q * n + q] - matrix[p * n + p]) / (2 * apq);
    double const t = (theta < 0 ? -1.0 : 1.0) / (std::fabs(theta) + std::sqrt(theta * theta + 1));
    double const c = 1 / std::sqrt(t * t + 1);
    double const s = t * c;
    for (int i = 0; i < n; ++i) {
        double const ip = matrix[i * n + p];
        double const iq = matrix[i * n + q];
        matrix[i * n + p] = c * ip - s * iq;
        matrix[i * n + q] = s * ip + c * iq;
    }
    for (int i = 0; i < n; ++i) {
        double const pi = matrix[p * n + i];
        double const qi = matrix[q * n + i];
        matrix[p * n + i] = c * pi - s * qi;
        matrix[q * n + i] = s * pi + c * qi;
        double const vp = vectors[i * n + p];
        double const vq = vectors[i * n + q];
        vectors[i * n + p] = c * vp - s * vq;
        vectors[i * n + q] = s * vp + c * vq;
    }
    matrix[p * n + q] = matrix[q * n + p] = 0;
}

// Sum of squares below the diagonal.
double off_diagonal(double const* matrix, int n)
{
    double sum = 0;
    for (int i = 0; i < n; ++i)
        for (int j = 0; j < i; ++j) sum += matrix[i * n + j] * matrix[i * n + j];
    return sum;
}

// Eigenvector of the largest eigenvalue by cyclic sweeps, for a matrix of trace 1; what is off the diagonal ends below
// rounding.
void jacobi(double* matrix, int n, double* vector)
{
    constexpr int most_sweeps = 40;
    auto const count = static_cast<std::size_t>(n) * static_cast<std::size_t>(n);
    std::vector<double> vectors(count, 0.0);
    for (int i = 0; i < n; ++i) vectors[static_cast<std::size_t>(i * n + i)] = 1;
    for (int sweep = 0; sweep < most_sweeps && off_diagonal(matrix, n) > 1e-34; ++sweep)
        for (int p = 0; p < n - 1; ++p)
            for (int q = p + 1; q < n; ++q) rotate(matrix, vectors.data(), n, p, q);
    int best = 0;
    for (int i = 1; i < n; ++i)
        if (matrix[i * n + i] > matrix[best * n + best]) best = i;
    for (int i = 0; i < n; ++i) vector[i] = vectors[static_cast<std::size_t>(i * n + best)];
    normalise(Size<0>{n}, vector);
}

template <int N>
void find(Size<N> size, double* matrix, double* work, double* vector)
{
    int const n = size.get();
    double trace = 0;
    for (int i = 0; i < n; ++i) trace += matrix[i * n + i];
    std::fill(vector, vector + n, 0.0);
    vector[0] = 1;
    if (n == 1 || !(trace > 0)) return;
    for (int i = 0; i < n * n; ++i) matrix[i] /= trace;
    // `matrix` and the first half of `work` take turns; the second half keeps the original of trace 1.
    double* from = matrix;
    double* to = work;
    double norm = squared_norm(size, from);
    std::copy(matrix, matrix + n * n, work + n * n);
    // M = (A/trace A)^(2^s), scaled to trace 1 after every squaring; 1 - trace(M^2) bounds what is beside the leading
    // direction.
    for (int s = 0; s < most_squarings && 1 - norm > certificate; ++s) {
        square(size, from, to, 1 / norm); // the trace of M^2 is the squared norm of M
        std::swap(from, to);
        norm = squared_norm(size, from);
    }
    // The two leading eigenvalues are nearly equal: squaring cannot part them.
    if (1 - norm > certificate) {
        std::copy(work + n * n, work + 2 * n * n, matrix);
        jacobi(matrix, n, vector);
        return;
    }
    largest_column_of_square(size, from, vector);
    // One step with the original matrix: the roundings of the squarings shrink by the ratio of the eigenvalues.
    double* const polished = work;
    multiply(size, work + n * n, vector, polished);
    std::copy(polished, polished + n, vector);
    normalise(size, vector);
}

} // namespace

void leading_eigenvector(double* matrix, int n, double* vector)
{
    if (n > most_fixed) {
        std::vector<double> work(2 * static_cast<std::size_t>(n) * static_cast<std::size_t>(n));
        find(Size<0>{n}, matrix, work.data(), vector);
        return;
    }
    double work[2 * most_fixed * most_fixed];
    // Sizes known to the compiler have their loops unrolled; the order of operations is the same.
    switch (n) {
    case 1:
        return find(Size<1>{n}, matrix, work, vector);
    case 2:
        return find(Size<2>{n}, matrix, work, vector);
    case 3:
        return find(Size<3>{n}, matrix, work, vector);
    case 4:
        return find(Size<4>{n}, matrix, work, vector);
    case 5:
        return find(Size<5>{n}, matrix, work, vector);
    case 6:
        return find(Size<6>{n}, matrix, work, vector);
    case 7:
        return find(Size<7>{n}, matrix, work, vector);
    default:
        return find(Size<8>{n}, matrix, work, vector);
    }
}

} // namespace exahca
