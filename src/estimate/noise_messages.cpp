#include "noise_messages.hpp"

#include "exahca/core/error.hpp"
#include "exahca/model/matrix_bytes.hpp"

#include <cstdint>

namespace exahca {
namespace {

// Their number first, then one after the other.
template <class List>
void put_all(ByteWriter& writer, List const& matrices)
{
    writer.put(static_cast<std::uint64_t>(matrices.size()));
    for (auto const& matrix : matrices) put_matrix(writer, matrix);
}

template <class Get>
auto get_all(ByteReader& reader, Get const& get)
{
    std::vector<decltype(get(reader))> matrices;
    auto const count = reader.get<std::uint64_t>();
    for (std::uint64_t i = 0; i < count; ++i) matrices.push_back(get(reader));
    return matrices;
}

// Vectors travel as matrices of one column.
Vector get_vector(ByteReader& reader)
{
    Matrix const column = get_matrix(reader);
    if (column.cols() != 1) throw InvalidInput("a message holds a matrix in place of a vector");
    return column.col(0);
}

} // namespace

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
    parameters.mixing = get_all(reader, get_matrix);
    parameters.means = get_all(reader, get_vector);
    parameters.log_psi = get_vector(reader);
    parameters.log_scales = get_vector(reader);
    parameters.shapes = get_all(reader, get_matrix);
    parameters.known_noise = get_all(reader, get_vector);
    return parameters;
}

void put(ByteWriter& writer, CountedOptima const& optima)
{
    writer.put(static_cast<std::uint64_t>(optima.size()));
    for (auto const& [optimum, fits] : optima) {
        put(writer, optimum.fit.parameters);
        writer.put(optimum.fit.log_likelihood);
        writer.put(optimum.fit.penalty);
        writer.put(optimum.fit.evaluations);
        writer.put(optimum.fit.outcome);
        put_matrix(writer, optimum.unmixing);
        writer.put(fits);
    }
}

CountedOptima get_optima(ByteReader& reader)
{
    CountedOptima optima;
    auto const count = reader.get<std::uint64_t>();
    for (std::uint64_t i = 0; i < count; ++i) {
        NoiseOptimum optimum;
        optimum.fit.parameters = get_noise_parameters(reader);
        optimum.fit.log_likelihood = reader.get<double>();
        optimum.fit.penalty = reader.get<double>();
        optimum.fit.evaluations = reader.get<int>();
        optimum.fit.outcome = reader.get<MinimizerOutcome>();
        optimum.unmixing = get_matrix(reader);
        optima.emplace_back(std::move(optimum), reader.get<int>());
    }
    return optima;
}

void put(ByteWriter& writer, std::vector<SourceCandidate> const& candidates)
{
    writer.put(static_cast<std::uint64_t>(candidates.size()));
    for (auto const& candidate : candidates) {
        writer.put(static_cast<std::uint64_t>(candidate.domain));
        writer.put(candidate.gain);
        put(writer, candidate.part);
    }
}

std::vector<SourceCandidate> get_candidates(ByteReader& reader)
{
    std::vector<SourceCandidate> candidates;
    auto const count = reader.get<std::uint64_t>();
    for (std::uint64_t i = 0; i < count; ++i) {
        auto const domain = static_cast<std::size_t>(reader.get<std::uint64_t>());
        auto const gain = reader.get<double>();
        candidates.push_back({domain, gain, get_noise_parameters(reader)});
    }
    return candidates;
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

JointFit get_joint_fit(ByteReader& reader)
{
    JointFit fit;
    fit.parameters.subspace = get_matrix(reader);
    fit.parameters.sources = get_all(reader, get_matrix);
    fit.parameters.shapes = get_all(reader, get_matrix);
    for (std::size_t k = 0; k < fit.parameters.sources.size(); ++k)
        fit.parameters.families.push_back(reader.get_vector<DensityFamily>());
    fit.parameters.log_psi = get_vector(reader);
    fit.log_likelihood = reader.get<double>();
    fit.penalty = reader.get<double>();
    fit.outcome = reader.get<MinimizerOutcome>();
    return fit;
}

} // namespace exahca
