#include "exahca/estimate/noise_record.hpp"

#include "exahca/estimate/layouts.hpp"
#include "exahca/estimate/noise_items.hpp"
#include "exahca/estimate/noise_search.hpp"
#include "missing_shift.hpp"

#include <algorithm>
#include <cmath>

namespace exahca {

void add_noise_fields(RecordLayout& layout, Setting const& setting, std::int64_t benchmarks)
{
    auto const real = FieldKind::real, integer = FieldKind::integer;
    Extent const benchmark{"benchmark", benchmarks}, search{"search", most_independent_searches};
    Extent const domain{"domain", static_cast<std::int64_t>(setting.domains.size())}, factor{"factor", setting.factors};
    layout.add("noise", real, {benchmark}, "percent",
               "standard deviation of each benchmark's measurement noise, in a domain whose noise scale is 1");
    layout.add(
        "noise_at_bound", FieldKind::boolean, {benchmark}, "1",
        setting.item_share == 0
            ? "whether the noise is at its lower bound, a twentieth of the benchmark's own standard deviation: a "
              "factor is then the benchmark itself (a Heywood case)"
            : "whether the noise is at its lower bound: what is known from the items or, where nothing is, a "
              "twentieth of the benchmark's own standard deviation (a Heywood case)");
    layout.add("noise_scale", real, {domain}, "1", "factor of each domain's noise variance; geometric mean 1");
    layout.add("alignment_r2_noise_error", real, {factor}, "1",
               "spread of alignment_r2 that comes from the error of the noise, like a standard deviation");
    layout.add("factor_weights_noise_error", real, {factor, benchmark}, "1",
               "spread of factor_weights that comes from the error of the noise, like a standard deviation");
    layout.add("search_log_likelihood", real, {search}, "nat",
               "penalised log-likelihood that each independent search ended at; missing: four were enough");
    layout.add("searches_agreeing", integer, {}, "1",
               "independent searches that ended at the answer's flag, no more than 4 nats below it");
    layout.add("search_spread", real, {}, "nat",
               "the answer less the worst independent search: smaller gaps decide nothing");
    layout.add("span_models", integer, {}, "1",
               "complete models without scores at a bound, on which the two likelihoods are compared; 0: too few");
    layout.add("span_bic_difference", real, {}, "nat",
               "BIC of the noise-aware likelihood minus that of exact scores (span): negative favours noise");
    layout.add("span_angle", real, {factor}, "degree", "angle between the flags of the two likelihoods");
    if (setting.missing_shift != 0) {
        Extent const shift{"shift", missing_shift_cases};
        layout.add("missing_shift", real, {shift}, "percent",
                   "what was added to missing scores, which were drawn as the model predicts them");
        layout.add("missing_shift_angle", real, {shift, factor}, "degree",
                   "angle to the answer of an estimate with these scores; missing: no score is missing");
    }
    if (!setting.anchors.empty()) {
        layout.add("anchor_restrictions", integer, {}, "1", "loadings that anchors set to 0");
        layout.add("free_log_likelihood", real, {}, "nat", "log-likelihood of the best fit without anchors");
        layout.add("free_difference", real, {}, "nat",
                   "penalised log-likelihood of the best fit without anchors above the answer's");
        layout.add("free_angle", real, {factor}, "degree", "angle between the flags of that fit and of the answer");
    }
    if (setting.item_share == 0) return;
    Extent const share{"refit", std::ssize(tried_item_shares)};
    layout.add("item_noise", real, {domain, benchmark}, "percent",
               "standard deviation of the known part of the noise, from the number of items; 0: not known");
    layout.add("other_share", real, {share}, "1", "share of the items' binomial variance at which optima are refitted");
    layout.add("other_share_log_likelihood", real, {share}, "nat", "log-likelihood of the highest refit");
    layout.add("other_share_optimum", integer, {share}, "1",
               "optimum, from 0, whose refit is the highest; the answer is 0");
    layout.add("other_share_behind", real, {share}, "nat", "penalised log-likelihood of the answer's refit below it");
    layout.add("other_share_lead", real, {share}, "nat",
               "penalised log-likelihood of the highest refit above the next at another flag; missing: there is none");
    layout.add("other_share_angle", real, {share, factor}, "degree",
               "angle between the flags of the highest refit and of the answer");
}

namespace {

void put_items(RecordBuilder& record, JointEstimate const& estimate)
{
    std::vector<double> deviations;
    for (Vector const& variances : estimate.best().noise.known_noise)
        for (double const variance : variances) deviations.push_back(std::sqrt(variance));
    record.set("item_noise", deviations);
    std::vector<double> shares, likelihoods, optima, behind, leads, angles;
    for (ItemShare const& share : estimate.item_shares) {
        shares.push_back(share.share);
        likelihoods.push_back(share.log_likelihood);
        optima.push_back(share.optimum);
        behind.push_back(share.behind);
        leads.push_back(share.lead);
        angles.insert(angles.end(), share.angles.begin(), share.angles.end());
    }
    record.set("other_share", shares);
    record.set("other_share_log_likelihood", likelihoods);
    record.set("other_share_optimum", optima);
    record.set("other_share_behind", behind);
    record.set("other_share_lead", leads);
    record.set("other_share_angle", angles);
}

} // namespace

void put_noise(RecordBuilder& record, JointEstimate const& estimate)
{
    auto const& noise = estimate.best().noise;
    // Of a domain whose s_k is 1, with the mean of what is known: one number for each benchmark.
    Vector const deviations = (0.5 * log_common_noise(noise).array()).exp();
    std::vector<double> at_bound(static_cast<std::size_t>(deviations.size()), 0);
    for (Index const i : estimate.noise_at_bound) at_bound[static_cast<std::size_t>(i)] = 1;
    Vector const scales = noise.log_scales.array().exp();
    auto const view = [](Vector const& v) { return std::span(v.data(), static_cast<std::size_t>(v.size())); };
    record.set("noise", view(deviations));
    record.set("noise_at_bound", at_bound);
    record.set("noise_scale", view(scales));
    auto searches = estimate.search_values;
    // The field has room for twice as many searches as usual.
    searches.resize(most_independent_searches, std::nan(""));
    record.set("search_log_likelihood", searches);
    record.set("searches_agreeing", estimate.best().searches);
    record.set("search_spread", estimate.search_spread);
    if (!noise.known_noise.empty()) put_items(record, estimate);
    if (estimate.anchors.restrictions > 0) {
        record.set("anchor_restrictions", static_cast<double>(estimate.anchors.restrictions));
        record.set("free_log_likelihood", estimate.anchors.free_log_likelihood);
        record.set("free_difference", estimate.anchors.difference);
        record.set("free_angle", view(estimate.anchors.angles));
    }
    auto const& span = estimate.span;
    record.set("span_models", static_cast<double>(span.models));
    if (span.models == 0) return;
    // Both models have as many parameters, so BIC differ by twice the log likelihoods.
    record.set("span_bic_difference", 2 * (span.span_log_likelihood - span.aware_log_likelihood));
    record.set("span_angle", view(span.angles));
}

} // namespace exahca
