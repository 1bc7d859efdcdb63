#include "search/flag_descent.hpp"

#include <Eigen/Eigenvalues>
#include <algorithm>
#include <cmath>

namespace exahca {
namespace {

constexpr double first_smoothing = 0.02;
constexpr double smoothing_step = 0.25;
constexpr int most_steps = 40; // of Newton's method for one smoothing
constexpr int most_halvings = 30;
constexpr double longest_step = 0.3;     // radians
constexpr double difference_step = 1e-5; // radians: errors of 1e-5 and, from rounding, 1e-11 in second derivatives
constexpr double least_curvature = 1e-7;
constexpr double least_gain = 1e-15; // of the value, of one step

class Descent
{
public:
    Descent(FlagValues const& values, Matrix const& frame, StopFlag const* stop)
        : values_(values), stop_(stop), best_{frame, values.value(frame)}, frame_(frame)
    {
    }

    FlagPoint run(double smoothing)
    {
        if (values_.coordinates() == 0) return best_;
        if (values_.problem().objective() != Objective::mic) {
            minimise(0);
            return best_;
        }
        for (double mu = first_smoothing; !stopped(); mu = std::max(mu * smoothing_step, smoothing)) {
            frame_ = best_.frame;
            minimise(mu);
            if (mu <= smoothing) break;
        }
        return best_;
    }

private:
    [[nodiscard]] bool stopped() const { return stop_ != nullptr && stop_->requested(); }

    // The smoothed objective of coefficients, mu log sum exp(IC_k / mu), and the weights of the domains in its
    // gradient, which add up to 1; mu = 0 stands for a mean. The largest is subtracted first, so that exp does not
    // overflow.
    template <class Coefficients>
    double smoothed(Coefficients const& inexactness, double mu, Vector& weights) const
    {
        auto const domains = static_cast<Index>(inexactness.size());
        weights.resize(domains);
        double sum = 0;
        if (mu == 0) {
            for (Index k = 0; k < domains; ++k) {
                weights[k] = values_.problem().shares()[static_cast<std::size_t>(k)];
                sum += weights[k] * inexactness.data()[k];
            }
            return sum;
        }
        double const largest = *std::max_element(inexactness.data(), inexactness.data() + domains);
        for (Index k = 0; k < domains; ++k) {
            weights[k] = std::exp((inexactness.data()[k] - largest) / mu);
            sum += weights[k];
        }
        weights /= sum;
        return largest + mu * std::log(sum);
    }

    // Newton's method with backtracking (Armijo's rule with 1e-4) for one smoothing. It ends where a full step promises
    // less than a ten-thousandth of mu to first order, or nothing lower is found. The best flag is kept by its exact
    // value, not by its smoothed one.
    void minimise(double mu)
    {
        Vector weights;
        auto losses = values_.at(frame_);
        double value = smoothed(losses.inexactness, mu, weights);
        for (int step = 0; step < most_steps && !stopped(); ++step) {
            Vector slope;
            Vector const direction = newton_direction(losses, mu, slope);
            double const expected = -direction.dot(slope);
            if (!(expected > std::max(least_gain, mu * 1e-4))) return;
            double length = std::min(1.0, longest_step / direction.norm());
            bool lower = false;
            for (int halving = 0; halving < most_halvings && !lower; ++halving, length /= 2) {
                Matrix const there = values_.moved(frame_, length * direction);
                auto found = values_.at(there);
                double const reached = smoothed(found.inexactness, mu, weights);
                // Each point has its own best permutations, which only lower the value of those that the step is
                // made for.
                if (!(reached < value - 1e-4 * length * expected)) continue;
                lower = true;
                frame_ = there;
                losses = std::move(found);
                value = reached;
            }
            if (!lower) return;
            double const exact = values_.value_of(losses.inexactness);
            if (exact < best_.value) best_ = {frame_, exact};
        }
    }

    // Newton's step for the smoothed objective at fixed permutations. Second derivatives are forward differences of
    // exact gradients, made symmetric, plus the spread of the domains' gradients, Cov_weights(gradient) / mu.
    // Eigenvalues count by their size, so that the step always leads down. \param slope  receives the gradient
    Vector newton_direction(DomainLosses const& losses, double mu, Vector& slope) const
    {
        Index const n = values_.coordinates();
        Vector inexactness, weights;
        Matrix gradients, moved_gradients;
        values_.differentiate(frame_, losses.rows, inexactness, gradients);
        smoothed(inexactness, mu, weights);
        slope = gradients * weights;
        Matrix curvature(n, n);
        for (Index i = 0; i < n; ++i) {
            Vector const ahead = Vector::Unit(n, i) * difference_step;
            values_.differentiate(values_.moved(frame_, ahead), losses.rows, inexactness, moved_gradients);
            curvature.col(i) = (moved_gradients * weights - slope) / difference_step;
        }
        curvature = (curvature + curvature.transpose()).eval() / 2;
        if (mu > 0) {
            Matrix const spread = gradients.colwise() - slope;
            curvature += spread * weights.asDiagonal() * spread.transpose() / mu;
        }
        Eigen::SelfAdjointEigenSolver<Matrix> const solver(curvature);
        Vector const sizes = solver.eigenvalues().cwiseAbs().cwiseMax(least_curvature);
        return -(solver.eigenvectors() * (solver.eigenvectors().transpose() * slope).cwiseQuotient(sizes));
    }

    FlagValues const& values_;
    StopFlag const* stop_;
    FlagPoint best_;
    Matrix frame_;
};

} // namespace

FlagPoint descend_flag(FlagValues const& values, Matrix const& frame, double smoothing, StopFlag const* stop)
{
    return Descent(values, frame, stop).run(smoothing);
}

} // namespace exahca
