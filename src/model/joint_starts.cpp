#include "exahca/model/joint_starts.hpp"

#include "exahca/model/linear_sem.hpp"

namespace exahca {

JointContext prepare_joint(std::vector<CentredDomain> domains, std::span<std::string const> names,
                           JointContextOptions const& options)
{
    JointContext context;
    context.domains = std::move(domains);
    context.density = options.density;
    context.shared = find_shared_subspace(context.domains, options.factors, names);
    FastIcaOptions fast_ica = options.fast_ica;
    // The likelihood goes on from there: digits beyond that are spent for nothing.
    fast_ica.tolerance = std::max(fast_ica.tolerance, 1e-6);
    for (std::size_t k = 0; k < context.domains.size(); ++k) {
        // From here on a domain is in the coordinates P x, of which there are m.
        CentredDomain const projected = transformed(context.domains[k], context.shared.projection);
        RandomKey const key{options.seed, "restart", options.replicate, names[k], options.search};
        context.components.push_back(unmix_by_likelihood(projected, options.density, fast_ica, key));
        MlIca const& ica = context.components.back();
        // Rows for sources of unit variance, as the search for orders takes them.
        context.standardised.push_back(ica.standard_deviations.cwiseInverse().asDiagonal() * ica.unmixing);
        context.sizes.push_back(static_cast<double>(projected.models()));
    }
    return context;
}

JointParameters start_of_order(JointContext const& context, CandidateOrder const& order)
{
    LinearSem const sem = fit_linear_sem(context.standardised, order, Objective::n_weighted, context.sizes);
    JointParameters start;
    // H is in coordinates P x, and V = H P in those of the scores.
    start.subspace = sem.unmixing * context.shared.projection;
    Index const m = context.factors();
    for (std::size_t k = 0; k < context.components.size(); ++k) {
        MlIca const& ica = context.components[k];
        Matrix unmixing(m, m), shapes(ica.shapes.rows(), m);
        std::vector<DensityFamily> families;
        for (Index level = 0; level < m; ++level) {
            int const row = order.rows[k][static_cast<std::size_t>(level)];
            unmixing.row(level) = ica.unmixing.row(row);
            shapes.col(level) = ica.shapes.col(row);
            families.push_back(ica.families[static_cast<std::size_t>(row)]);
        }
        // T with T H = unmixing as nearly as a triangle can: H has orthonormal rows.
        Matrix triangle = unmixing * sem.unmixing.transpose();
        triangle.triangularView<Eigen::StrictlyLower>().setZero();
        start.sources.push_back(triangle);
        start.shapes.push_back(shapes);
        start.families.push_back(families);
    }
    return start;
}

} // namespace exahca
