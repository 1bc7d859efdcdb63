#include "exahca/estimate/noise_search.hpp"

#include "exahca/core/bytes.hpp"
#include "exahca/core/error.hpp"
#include "exahca/model/matrix_bytes.hpp"

namespace exahca {
namespace {

template <class List>
void put_all(ByteWriter& writer, List const& matrices)
{
    writer.put(static_cast<std::uint64_t>(matrices.size()));
    for (auto const& matrix : matrices) put_matrix(writer, matrix);
}

template <class T>
std::vector<T> get_all(ByteReader& reader)
{
    std::vector<T> matrices;
    auto const count = reader.get<std::uint64_t>();
    for (std::uint64_t i = 0; i < count; ++i) matrices.emplace_back(get_matrix(reader));
    return matrices;
}

void put(ByteWriter& writer, NoiseParameters const& parameters)
{
    put_matrix(writer, parameters.loadings);
    put_all(writer, parameters.mixing);
    put_all(writer, parameters.means);
    put_matrix(writer, Matrix(parameters.log_psi));
    put_matrix(writer, Matrix(parameters.log_scales));
    put_all(writer, parameters.shapes);
    put_all(writer, parameters.known_noise);
}

NoiseParameters get_noise_parameters(ByteReader& reader)
{
    NoiseParameters parameters;
    parameters.loadings = get_matrix(reader);
    parameters.mixing = get_all<Matrix>(reader);
    parameters.means = get_all<Vector>(reader);
    parameters.log_psi = get_matrix(reader);
    parameters.log_scales = get_matrix(reader);
    parameters.shapes = get_all<Matrix>(reader);
    parameters.known_noise = get_all<Vector>(reader);
    return parameters;
}

void put(ByteWriter& writer, JointFit const& fit)
{
    put_matrix(writer, fit.parameters.subspace);
    put_all(writer, fit.parameters.sources);
    put_all(writer, fit.parameters.shapes);
    for (auto const& families : fit.parameters.families) writer.put_span(std::span<DensityFamily const>(families));
    put_matrix(writer, Matrix(fit.parameters.log_psi));
    writer.put(fit.log_likelihood);
    writer.put(fit.penalty);
    writer.put(fit.outcome);
}

JointFit get_fit(ByteReader& reader)
{
    JointFit fit;
    fit.parameters.subspace = get_matrix(reader);
    fit.parameters.sources = get_all<Matrix>(reader);
    fit.parameters.shapes = get_all<Matrix>(reader);
    for (std::size_t k = 0; k < fit.parameters.sources.size(); ++k)
        fit.parameters.families.push_back(reader.get_vector<DensityFamily>());
    fit.parameters.log_psi = get_matrix(reader);
    fit.log_likelihood = reader.get<double>();
    fit.penalty = reader.get<double>();
    fit.outcome = reader.get<MinimizerOutcome>();
    return fit;
}

} // namespace

Bytes write_noise_search(NoiseSearch const& search)
{
    ByteWriter writer;
    writer.put(static_cast<std::uint64_t>(search.optima.size()));
    for (std::size_t i = 0; i < search.optima.size(); ++i) {
        auto const& [fit, unmixing] = search.optima[i];
        put(writer, fit.parameters);
        writer.put(fit.log_likelihood);
        writer.put(fit.penalty);
        writer.put(fit.evaluations);
        writer.put(fit.outcome);
        put_matrix(writer, unmixing);
        writer.put(search.fits[i]);
    }
    writer.put(search.starts.outcome);
    writer.put(search.starts.mean_lower_bound);
    writer.put(search.starts.mic_lower_bound);
    write_interim(writer, search.starts.known);
    writer.put(search.span_fit.has_value());
    if (search.span_fit) put(writer, *search.span_fit);
    return writer.take();
}

NoiseSearch read_noise_search(std::span<std::byte const> message)
{
    ByteReader reader(message);
    NoiseSearch search;
    auto const count = reader.get<std::uint64_t>();
    for (std::uint64_t i = 0; i < count; ++i) {
        NoiseOptimum optimum;
        optimum.fit.parameters = get_noise_parameters(reader);
        optimum.fit.log_likelihood = reader.get<double>();
        optimum.fit.penalty = reader.get<double>();
        optimum.fit.evaluations = reader.get<int>();
        optimum.fit.outcome = reader.get<MinimizerOutcome>();
        optimum.unmixing = get_matrix(reader);
        search.optima.push_back(std::move(optimum));
        search.fits.push_back(reader.get<int>());
    }
    search.starts.outcome = reader.get<SearchOutcome>();
    search.starts.mean_lower_bound = reader.get<double>();
    search.starts.mic_lower_bound = reader.get<double>();
    search.starts.known = read_interim(reader);
    if (reader.get<bool>()) search.span_fit = get_fit(reader);
    reader.expect_end();
    return search;
}

std::vector<NoiseSearch> read_noise_searches(std::span<Bytes const> messages)
{
    std::vector<NoiseSearch> searches;
    for (Bytes const& message : messages)
        if (!message.empty()) searches.push_back(read_noise_search(message));
    return searches;
}

} // namespace exahca
