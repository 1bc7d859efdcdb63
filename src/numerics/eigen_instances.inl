// What eigen_instances.hpp declares and eigen_instances.cpp defines: EXAHCA_EIGEN_INSTANCE is "extern template" in the
// one and "template" in the other. An entry that Eigen no longer has fails to compile; one that is missing costs time
// alone.

namespace Eigen {

EXAHCA_EIGEN_INSTANCE class LLT<MatrixXd>;
EXAHCA_EIGEN_INSTANCE class LDLT<MatrixXd>;
EXAHCA_EIGEN_INSTANCE class PartialPivLU<MatrixXd>;
EXAHCA_EIGEN_INSTANCE class FullPivLU<MatrixXd>;
EXAHCA_EIGEN_INSTANCE class HouseholderQR<MatrixXd>;
EXAHCA_EIGEN_INSTANCE class ColPivHouseholderQR<MatrixXd>;
EXAHCA_EIGEN_INSTANCE class CompleteOrthogonalDecomposition<MatrixXd>;
EXAHCA_EIGEN_INSTANCE class JacobiSVD<MatrixXd>;
EXAHCA_EIGEN_INSTANCE class SelfAdjointEigenSolver<MatrixXd>;

// Members that are templates themselves do not come with their class.
EXAHCA_EIGEN_INSTANCE LLT<MatrixXd>& LLT<MatrixXd>::compute(EigenBase<MatrixXd> const&);
EXAHCA_EIGEN_INSTANCE LDLT<MatrixXd>& LDLT<MatrixXd>::compute(EigenBase<MatrixXd> const&);
EXAHCA_EIGEN_INSTANCE SelfAdjointEigenSolver<MatrixXd>&
SelfAdjointEigenSolver<MatrixXd>::compute(EigenBase<MatrixXd> const&, int);
EXAHCA_EIGEN_INSTANCE void
ColPivHouseholderQR<MatrixXd>::_solve_impl(Block<MatrixXd const, Dynamic, 1, true> const&, VectorXd&) const;
EXAHCA_EIGEN_INSTANCE void CompleteOrthogonalDecomposition<MatrixXd>::_solve_impl(MatrixXd::IdentityReturnType const&,
                                                                                  MatrixXd&) const;
EXAHCA_EIGEN_INSTANCE void FullPivLU<MatrixXd>::_solve_impl(MatrixXd::IdentityReturnType const&, MatrixXd&) const;

namespace internal {

EXAHCA_EIGEN_INSTANCE void tridiagonalization_inplace(MatrixXd&, VectorXd&);
EXAHCA_EIGEN_INSTANCE ComputationInfo computeFromTridiagonal_impl(VectorXd&, VectorXd&, Index, bool, MatrixXd&);
EXAHCA_EIGEN_INSTANCE Index llt_inplace<double, Lower>::blocked(MatrixXd&);
EXAHCA_EIGEN_INSTANCE bool ldlt_inplace<Lower>::unblocked(MatrixXd&, Transpositions<Dynamic>&, VectorXd&, SignMatrix&);

// Blocks of reflections.
using ReflectionBlock = Block<MatrixXd>;
using ReflectionCoefficients = VectorBlock<VectorXd const>;
EXAHCA_EIGEN_INSTANCE void make_block_householder_triangular_factor(Matrix<double, Dynamic, Dynamic, RowMajor>&,
                                                                    ReflectionBlock const&,
                                                                    ReflectionCoefficients const&);
EXAHCA_EIGEN_INSTANCE void make_block_householder_triangular_factor(Matrix<double, Dynamic, Dynamic, RowMajor>&,
                                                                    ReflectionBlock const&,
                                                                    Block<VectorXd const, Dynamic, 1> const&);
EXAHCA_EIGEN_INSTANCE void apply_block_householder_on_the_left(ReflectionBlock&, ReflectionBlock const&,
                                                               ReflectionCoefficients const&, bool);

// Products with a matrix: panels of both are copied (packed) and multiplied.
using Blocking = gebp_traits<double, double>;
using Result = blas_data_mapper<double, Index, ColMajor, Unaligned, 1>;
using Columns = const_blas_data_mapper<double, Index, ColMajor>;
using Rows = const_blas_data_mapper<double, Index, RowMajor>;
EXAHCA_EIGEN_INSTANCE struct gebp_kernel<double, double, Index, Result, Blocking::mr, Blocking::nr, false, false>;
EXAHCA_EIGEN_INSTANCE struct gemm_pack_lhs<double, Index, Columns, Blocking::mr, Blocking::LhsProgress,
                                           Blocking::LhsPacket4Packing, ColMajor>;
EXAHCA_EIGEN_INSTANCE struct gemm_pack_lhs<double, Index, Rows, Blocking::mr, Blocking::LhsProgress,
                                           Blocking::LhsPacket4Packing, RowMajor>;
EXAHCA_EIGEN_INSTANCE struct gemm_pack_rhs<double, Index, Columns, Blocking::nr, ColMajor>;
EXAHCA_EIGEN_INSTANCE struct gemm_pack_rhs<double, Index, Rows, Blocking::nr, RowMajor>;
EXAHCA_EIGEN_INSTANCE struct gemm_pack_rhs<double, Index, Result, Blocking::nr, ColMajor, false, true>;
EXAHCA_EIGEN_INSTANCE void evaluateProductBlockingSizesHeuristic<double, double, 1>(Index&, Index&, Index&, Index);
EXAHCA_EIGEN_INSTANCE void evaluateProductBlockingSizesHeuristic<double, double, 4>(Index&, Index&, Index&, Index);

// Products with a vector, by the way that the matrix and the vector lie in memory.
EXAHCA_EIGEN_INSTANCE struct general_matrix_vector_product<Index, double, Columns, ColMajor, false, double, Rows, false,
                                                           Specialized>;
EXAHCA_EIGEN_INSTANCE struct general_matrix_vector_product<Index, double, Columns, ColMajor, false, double, Columns,
                                                           false, Specialized>;
EXAHCA_EIGEN_INSTANCE struct general_matrix_vector_product<Index, double, Rows, RowMajor, false, double, Columns, false,
                                                           Specialized>;
EXAHCA_EIGEN_INSTANCE struct general_matrix_vector_product<Index, double, Rows, RowMajor, false, double, Rows, false,
                                                           BuiltIn>;
EXAHCA_EIGEN_INSTANCE struct selfadjoint_matrix_vector_product<double, Index, ColMajor, Lower, false, false>;

// Triangular matrices.
EXAHCA_EIGEN_INSTANCE struct triangular_solve_matrix<double, Index, OnTheLeft, Lower, false, ColMajor, ColMajor, 1>;
EXAHCA_EIGEN_INSTANCE struct triangular_solve_matrix<double, Index, OnTheLeft, Upper, false, ColMajor, ColMajor, 1>;
EXAHCA_EIGEN_INSTANCE struct triangular_solve_matrix<double, Index, OnTheLeft, UnitLower, false, ColMajor, ColMajor, 1>;
EXAHCA_EIGEN_INSTANCE struct triangular_solve_matrix<double, Index, OnTheLeft, UnitUpper, false, RowMajor, ColMajor, 1>;
EXAHCA_EIGEN_INSTANCE struct triangular_solve_matrix<double, Index, OnTheRight, Upper, false, RowMajor, ColMajor, 1>;
EXAHCA_EIGEN_INSTANCE struct product_triangular_matrix_matrix<double, Index, Upper, true, RowMajor, false, ColMajor,
                                                              false, ColMajor, 1>;
EXAHCA_EIGEN_INSTANCE struct product_triangular_matrix_matrix<double, Index, Lower, true, ColMajor, false, ColMajor,
                                                              false, ColMajor, 1>;
EXAHCA_EIGEN_INSTANCE struct product_triangular_matrix_matrix<double, Index, UnitUpper, true, RowMajor, false, ColMajor,
                                                              false, ColMajor, 1>;
EXAHCA_EIGEN_INSTANCE struct product_triangular_matrix_matrix<double, Index, UnitLower, true, ColMajor, false, ColMajor,
                                                              false, ColMajor, 1>;

} // namespace internal
} // namespace Eigen
